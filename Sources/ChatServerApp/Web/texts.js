// Every word of the page, in English; other languages are modules beside this one, loaded where they are wanted.
// `{name}` is put in; `{count|# thing|# things}` chooses by number,
// with "#" for the number itself; `{at}` is a time, told as far away as it is.

import { preference, setPreference } from './storage.js';

export const LANGUAGES = { en: 'English', de: 'Deutsch' };

export const EN = {
  title: 'Chat', chats: 'Chats', rooms: 'Rooms', yourRooms: 'Your rooms', people: 'People', messages: 'Messages',
  close: 'Close', cancel: 'Cancel', save: 'Save', saved: 'Saved', add: 'Add', create: 'Create', open: 'Open', join: 'Join', undo: 'Undo',
  more: 'More', loading: 'Loading', search: 'Search', message: 'Message', remove: 'Remove {name}', you: 'You', itsYou: '(you)',
  today: 'Today', yesterday: 'Yesterday', recent: 'Recent', found: 'Found', nothingFound: 'Nothing found.', copied: 'Copied',
  tryAgain: 'Try again', tryNow: 'Try now', discard: 'Discard', draft: 'Draft:',

  welcome: 'Create your account', welcomeBack: 'Welcome back', signInLead: 'Sign in to go on where you left off.',
  signUpLead: 'A name and a password are all it takes.', invitedLead: 'You have been invited. Make an account, or sign in, to join.',
  username: 'User name', usernameHint: 'Letters, digits, dot, dash and underscore', displayName: 'Display name', password: 'Password',
  passwordHint: 'At least {count} characters', signIn: 'Sign in', createAccount: 'Create account', haveAccount: 'Have an account?', newHere: 'New here?',
  usernameMissing: 'Enter your user name.', passwordMissing: 'Enter your password.',
  usernameInvalid: 'A user name has 2 to 32 letters, digits, dots, dashes or underscores.',
  passwordShort: 'A password has at least {count} characters.', usernameTaken: 'This user name is taken.',
  wrongPassword: 'This user name and password do not belong together.', registrationClosed: 'New accounts cannot be made here. Ask for an invitation.', invitationOver: 'This invitation is used up, or too old. Ask for another.',
  tooManyAttempts: 'Too many attempts. Try again in {count|# second|# seconds}.', demos: 'Demos of other interfaces:',
  signedOutElsewhere: 'You have signed out in another tab.', sessionEnded: 'Your session has ended. Sign in again.',
  accountDeleted: 'Your account has been deleted.', noServer: 'The server is not there', noServerHint: 'The page goes on trying.',

  newRoom: 'New conversation', newDirect: 'New direct message', newGroup: 'New group', newChannel: 'New channel',
  browseRooms: 'Browse public rooms', findPeople: 'Find people', findRooms: 'Find a room', noRooms: 'No conversations yet. Find somebody to talk to, or look around.',
  noMessages: 'No messages yet', sayHello: 'Say hello', noPublicRooms: 'No public rooms here.', searchPeople: 'Search people by name',
  nobodyFound: 'Nobody found.', typeAName: 'Type a name.', chosen: 'Chosen', roomName: 'Name', nameMissing: 'Give it a name.',
  groupExample: 'Weekend hike', channelExample: 'Announcements', publicRoom: 'Public', publicHint: 'Everybody here can find it and join.',
  channelHint: 'In a channel few write and many read.', noSuchRoom: 'This conversation is not there, or not for you.',
  direct: 'Direct message', group: 'Group', channel: 'Channel', public: 'Public', private: 'Private', archived: 'Archived',

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
  thread: 'Thread', threadEmpty: 'No answers yet.', profileOf: 'Profile of {name}', messageActions: 'What to do with the message', react: 'React',
  reactWith: 'React with {key}', reactionLabel: '{key} by {names}', reply: 'Reply', openThread: 'Thread', copyText: 'Copy text', copyLink: 'Copy link',
  messageInfo: 'Message details', edit: 'Edit', delete: 'Delete', deleteQuestion: 'Delete this message?', deleteForMe: 'Delete for me',
  deleteForAll: 'Delete for all', deleteForMeHint: 'Others will still see this message.', from: 'From', sentAt: 'Sent', editedAt: 'Edited',
  readBy: 'Read by {count}', nobodyYet: 'Nobody yet.', versions: 'Earlier versions', arrivedIn: 'New message from {name} in {room}',

  membersTitle: 'Members', addPeople: 'Add people', inviteLink: 'Invite link', inviteHint: 'Whoever has it can join, for seven days.', editRoom: 'Edit',
  manage: 'Manage {name}', make: 'Make {role}', owner: 'Owner', admin: 'Admin', member: 'Member', reader: 'Reader', handOver: 'Hand over ownership',
  handOverQuestion: '{name} will own this conversation instead of you.', muteMember: 'Mute', unmuteMember: 'Unmute', muted: '{name} may no longer write here.',
  unmuted: '{name} may write again.', kick: 'Remove', kickQuestion: 'Remove {name}? They can be invited again.', kicked: '{name} was removed.', ban: 'Ban',
  banQuestion: 'Ban {name}? They cannot come back by themselves.', banned: '{name} was banned.', bannedPeople: 'Banned people', nobodyBanned: 'Nobody is banned.', unban: 'Let back', unbanName: 'Let {name} back',
  isMuted: 'Muted', archive: 'Archive', unarchive: 'Unarchive', leave: 'Leave',
  leaveQuestion: 'Leave this conversation?', ownerLeaves: 'Hand over ownership before you leave.', deleteRoom: 'Delete', deleteRoomQuestion: 'Delete it with all its messages, for everybody?',
  removed_kicked: 'You were removed from {name}.', removed_banned: 'You were banned from {name}.', removed_deleted: '{name} was deleted.',
  profile: 'Profile', memberSince: 'Here since {at}', deletedUser: 'Deleted user', block: 'Block', unblock: 'Unblock', unblockName: 'Unblock {name}', blockedPeople: 'Blocked people', blocked: '{name} can no longer write to you.',

  searchAll: 'Search rooms, people and messages', searchIn: 'Search in {name}', searchHint: 'Type what you are looking for.', onlyHere: 'Only here', toSearch: 'to search',
  settings: 'Settings', tab_profile: 'Profile', tab_devices: 'Devices', tab_looks: 'Appearance', tab_notifications: 'Notifications', tab_account: 'Account', tab_admin: 'Administration',
  privacy: 'Privacy', hides_last_seen: 'Hide when I was last here', hides_typing: 'Hide that I am typing', hides_reading: 'Hide what I have read',
  statusText: 'Status', statusHint: 'A few words that others see beside your name', devicesLead: 'Where you are signed in. End a session that you do not know.',
  thisDevice: 'This device', otherDevice: 'Another device', lastActive: 'Active {at}', signedInAt: 'Signed in {at}', endSession: 'Sign out', endSessionOf: 'Sign out the session of {at_text}',
  theme: 'Theme', themeSystem: 'As the system', themeLight: 'Light', themeDark: 'Dark', language: 'Language',
  noNotifications: 'This browser has no notifications.', notificationsLead: 'A notification is shown while you look elsewhere.', notify: 'Notifications', notifyHint: 'In this browser',
  notifyMentions: 'Only what concerns me', notifyMentionsHint: 'Direct messages and mentions', notificationsRefused: 'The browser does not allow notifications here.',
  currentPassword: 'Current password', newPassword: 'New password', changePassword: 'Change password', wrongCurrentPassword: 'The password is not right.',
  signOut: 'Sign out', signOutLead: 'Drafts and unsent messages in this browser are forgotten.', unsentQuestion: '{count|A message has|# messages have} not been sent yet and will be lost.',
  deleteAccount: 'Delete account', deleteAccountLead: 'Your messages stay, without your name. Everything personal goes.', deleteAccountQuestion: 'Delete your account? This cannot be undone.',
  yourMenu: '{name}: status, settings, sign out',

  adminLead: 'Only administrators of this server see this.', registerLink: 'Invitation to make an account', registerUses: 'For how many people', registerDays: 'Good for how many days',
  makeLink: 'Make a link', registerHint: 'For {count|one person|# people}, until {until}.', server: 'Server', serverReady: 'Ready', serverNotReady: 'Not ready', serverState: 'State',
  figureConnections: 'Connections', figureMessages: 'Messages since the start', figureRequests: 'Requests since the start', figureWaiting: 'Not stored yet', allFigures: 'All figures', dashboard: 'Dashboard',

  reconnecting: 'Reconnecting…', youAreOffline: 'You are offline. What you write is sent later.', backOnline: 'Back online', stopped: 'The connection was closed.',
  tooManyTabs: 'Too many connections. Close another tab.', youWereRemoved: 'You were removed from this server.', youWereSuspended: 'Your account is suspended.',
  wentWrong: 'That did not work. Try again.', tooFast: 'Too fast. Wait a moment.', gone: 'That is not there any more.', noConnection: 'No connection. Try again.',

  findEmoji: 'Find an emoji', smileys: 'Smileys', hearts: 'Hearts and signs', nature: 'Nature', food: 'Food', things: 'Things',
  shortcuts: 'Keyboard shortcuts', everywhere: 'Everywhere', onAMessage: 'On a message', scSearchHere: 'Search in this conversation', scNext: 'Next conversation',
  scPrevious: 'Previous conversation', scNew: 'New direct message', scDetails: 'Details and members', scSend: 'Send', scLine: 'New line', scEditLast: 'Edit your last message (in an empty field)',
  scMention: 'Mention somebody', scMessages: 'To the messages', scReply: 'Reply', scThread: 'Open the thread', scReact: 'React', scEdit: 'Edit', scCopy: 'Copy text',
  scDelete: 'Delete', scMenu: 'Everything else', scBack: 'Back, step by step', scShortcuts: 'This list',
};

const LOADERS = { de: async () => (await import('./texts-de.js')).DE };
let chosen = 'en';
let words = EN;

/** Takes the language that was chosen here, or the first that the browser asks for and the page has. */
export function loadLanguage() {
  const spoken = (globalThis.navigator?.languages ?? []).map((name) => name.slice(0, 2));
  return setLanguage([preference('language', ''), ...spoken].find((name) => name in LANGUAGES) ?? 'en');
}

async function setLanguage(name) {
  words = (await LOADERS[name]?.()) ?? EN;
  chosen = words === EN ? 'en' : name;
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
