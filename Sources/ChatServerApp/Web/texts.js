// Every word of a first view, in English, and how words are put in; the others are in texts-more.js. Other languages are
// modules beside these, loaded where they are wanted.
// `{name}` is put in; `{count|# thing|# things}` chooses by number,
// with "#" for the number itself; `{at}` is a time, told as far away as it is.

import { preference, setPreference } from './storage.js';

export const LANGUAGES = { en: 'English', de: 'Deutsch' };

export const EN = {
  title: 'Chat', chats: 'Chats', rooms: 'Rooms', yourRooms: 'Your rooms', people: 'People', messages: 'Messages',
  close: 'Close', cancel: 'Cancel', open: 'Open', join: 'Join',
  more: 'More', loading: 'Loading', search: 'Search', remove: 'Remove {name}', you: 'You', today: 'Today', yesterday: 'Yesterday',
  tryAgain: 'Try again', tryNow: 'Try now', discard: 'Discard', draft: 'Draft:',

  welcome: 'Create your account', welcomeBack: 'Welcome back', signInLead: 'Sign in to go on where you left off.',
  signUpLead: 'A name and a password are all it takes.', invitedLead: 'You have been invited. Make an account, or sign in, to join.',
  username: 'User name', usernameHint: 'Letters, digits, dot, dash and underscore', displayName: 'Display name', password: 'Password',
  passwordHint: 'At least {count} characters', signIn: 'Sign in', createAccount: 'Create account', haveAccount: 'Have an account?', newHere: 'New here?',
  usernameMissing: 'Enter your user name.', passwordMissing: 'Enter your password.',
  usernameInvalid: 'A user name has 2 to 32 letters, digits, dots, dashes or underscores.',
  passwordShort: 'A password has at least {count} characters.', usernameTaken: 'This user name is taken.',
  wrongPassword: 'This user name and password do not belong together.', registrationClosed: 'New accounts cannot be made here. Ask for an invitation.', invitationOver: 'This invitation is used up, or too old. Ask for another.',
  cookieNotKept: 'You are signed in, but your browser has not kept the cookie that says so. Allow cookies for this site, or open it by its https address.',
  tooManyAttempts: 'Too many attempts. Try again in {count|# second|# seconds}.', demos: 'Demos of other interfaces:',
  signedOutElsewhere: 'You have signed out in another tab.', sessionEnded: 'Your session has ended. Sign in again.',
  noServer: 'The server is not there', noServerHint: 'The page goes on trying.',

  newRoom: 'New conversation', newDirect: 'New direct message', newGroup: 'New group', newChannel: 'New channel',
  browseRooms: 'Browse public rooms', findPeople: 'Find people', noRooms: 'No conversations yet. Find somebody to talk to, or look around.',
  noMessages: 'No messages yet', sayHello: 'Say hello', noSuchRoom: 'This conversation is not there, or not for you.',
  direct: 'Direct message', group: 'Group', channel: 'Channel', archived: 'Archived',

  nothingOpen: 'No conversation open', nothingOpenHint: 'Choose one on the left, or start a new one.', conversation: 'Conversation',
  backToList: 'Back to conversations', details: 'Details', searchHere: 'Search in this conversation', messagesIn: 'Messages in {name}',
  members: '{count|# member|# members}', onlineCount: '{count} online', online: 'Online', away: 'Away', dnd: 'Do not disturb', offline: 'Offline',
  invisible: 'Invisible', lastSeen: 'Last seen {at}', beginning: 'This is where it begins.', roomEmpty: 'Nothing here yet. Say hello!',
  cannotLoad: 'The messages could not be loaded.', newMessages: 'New', toFirstUnread: 'To the first unread', toEnd: 'To the newest',
  newCount: '{count|# new message|# new messages}', unreadCount: '{count} unread', mentionCount: '{count|# mention|# mentions}',
  typing: '{names} {count|is|are} typing…', manyTyping: 'Several people are typing…', mayOnlyRead: 'Only some people can write here.', isArchived: 'This conversation is archived.',
  messageTo: 'Message {name}', answerInThread: 'Answer in the thread', send: 'Send', emoji: 'Emoji', editing: 'Editing', replyingTo: 'Reply to {name}',
  tooLong: '{count|# byte|# bytes} too long', nearlyFull: '{count|# byte|# bytes} left', edited: 'edited', waiting: 'Waiting to be sent', sent: 'Sent',
  readByOthers: 'Read', notSent: 'Not sent.', notSaved: 'Not saved. Try again.', notAllowed: 'You may not do that here.', messageDeleted: 'Message deleted',
  messageGone: 'Message not available', jumpToQuote: 'Reply to {name}: {text}. Jump there', inThread: 'In a thread', answers: '{count|# answer|# answers}',
  thread: 'Thread', threadEmpty: 'No answers yet.', profileOf: 'Profile of {name}', react: 'React', reactionLabel: '{key} by {names}', reply: 'Reply',
  edit: 'Edit', arrivedIn: 'New message from {name} in {room}',

  manage: 'Manage {name}', owner: 'Owner', admin: 'Admin', member: 'Member', reader: 'Reader',
  removed_kicked: 'You were removed from {name}.', removed_banned: 'You were banned from {name}.', removed_deleted: '{name} was deleted.',
  deletedUser: 'Deleted user', block: 'Block',

  toSearch: 'to search', settings: 'Settings', theme: 'Theme', language: 'Language', notify: 'Notifications', notifyMentions: 'Only what concerns me',
  signOut: 'Sign out', unsentQuestion: '{count|A message has|# messages have} not been sent yet and will be lost.',
  yourMenu: '{name}: status, settings, sign out',

  dashboard: 'Dashboard',

  reconnecting: 'Reconnecting…', youAreOffline: 'You are offline. What you write is sent later.', backOnline: 'Back online', stopped: 'The connection was closed.',
  tooManyTabs: 'Too many connections. Close another tab.', youWereRemoved: 'You were removed from this server.', youWereSuspended: 'Your account is suspended.',
  wentWrong: 'That did not work. Try again.', tooFast: 'Too fast. Wait a moment.', gone: 'That is not there any more.', noConnection: 'No connection. Try again.',

  shortcuts: 'Keyboard shortcuts',
};

const LOADERS = {
  en: { first: async () => EN, more: async () => (await import('./texts-more.js')).EN_MORE },
  de: { first: async () => (await import('./texts-de.js')).DE, more: async () => (await import('./texts-de-more.js')).DE_MORE },
};
let chosen = 'en';
let words = EN;
let hasMore = false;

/** Takes the language that was chosen here, or the first that the browser asks for and the page has. */
export function loadLanguage() {
  const spoken = (globalThis.navigator?.languages ?? []).map((name) => name.slice(0, 2));
  return setLanguage([preference('language', ''), ...spoken].find((name) => name in LANGUAGES) ?? 'en');
}

/** Takes in the words of what a first view does not need. */
export async function loadMoreWords() {
  if (hasMore) return;
  hasMore = true;
  try {
    words = { ...words, ...await LOADERS[chosen].more() };
  } catch (error) {
    hasMore = false;
    throw error;
  }
}

async function setLanguage(name) {
  const { first, more } = LOADERS[name];
  words = hasMore ? Object.assign({}, ...await Promise.all([first(), more()])) : await first();
  chosen = name;
}

export function language() {
  return chosen;
}

export async function chooseLanguage(name) {
  setPreference('language', name);
  await setLanguage(name);
}

/** For dates and numbers: what the browser says, where it is of the same language. */
export function locale() {
  const own = globalThis.navigator?.language ?? 'en';
  return own.slice(0, 2) === chosen ? own : chosen;
}

/** @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const text = words[key] ?? EN[key] ?? key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, other) => {
    const value = values[name];
    if (one !== undefined) return (value === 1 ? one : other).replace('#', value);
    if (name === 'at') return ago(value);
    return name === 'at_text' ? String(values.at ?? '') : String(value ?? '');
  });
}

/** What went wrong, as a sentence. */
export function errorText(error) {
  return t({ forbidden: 'notAllowed', rate_limited: 'tooFast', not_found: 'gone', offline: 'noConnection',
    disconnected: 'noConnection', timeout: 'noConnection' }[error?.code] ?? 'wentWrong');
}

const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

/** "5 minutes ago", "yesterday", and a date where that says more. */
function ago(value, now = Date.now()) {
  const at = typeof value === 'number' ? value : Date.parse(value);
  if (Number.isNaN(at)) return '';
  const age = Math.max(0, now - at);
  if (age > 7 * 86_400_000) return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(at);
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const [unit, length] = UNITS.find(([, ms]) => age >= ms) ?? ['minute', 60_000];
  return format.format(-Math.floor(age / length), unit);
}
