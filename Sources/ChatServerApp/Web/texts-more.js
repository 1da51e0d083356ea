// The words of what a first view does not need: see texts.js, which takes them in.

export const EN_MORE = {
  save: 'Save', saved: 'Saved', add: 'Add', create: 'Create', undo: 'Undo', message: 'Message', itsYou: '(you)',
  recent: 'Recent', found: 'Found', nothingFound: 'Nothing found.', copied: 'Copied',

  accountDeleted: 'Your account has been deleted.',

  findRooms: 'Find a room', noPublicRooms: 'No public rooms here.', searchPeople: 'Search people by name',
  nobodyFound: 'Nobody found.', typeAName: 'Type a name.', chosen: 'Chosen', roomName: 'Name', nameMissing: 'Give it a name.',
  groupExample: 'Weekend hike', channelExample: 'Announcements', publicRoom: 'Public', publicHint: 'Everybody here can find it and join.',
  channelHint: 'In a channel few write and many read.', public: 'Public', private: 'Private',

  messageActions: 'What to do with the message', reactWith: 'React with {key}', openThread: 'Thread', copyText: 'Copy text', copyLink: 'Copy link',
  messageInfo: 'Message details', delete: 'Delete', deleteQuestion: 'Delete this message?', deleteForMe: 'Delete for me',
  deleteForAll: 'Delete for all', deleteForMeHint: 'Others will still see this message.', from: 'From', sentAt: 'Sent', editedAt: 'Edited',
  readBy: 'Read by {count}', nobodyYet: 'Nobody yet.', versions: 'Earlier versions',

  membersTitle: 'Members', addPeople: 'Add people', inviteLink: 'Invite link', inviteHint: 'Whoever has it can join, for seven days.', editRoom: 'Edit',
  make: 'Make {role}', handOver: 'Hand over ownership',
  handOverQuestion: '{name} will own this conversation instead of you.', muteMember: 'Mute', unmuteMember: 'Unmute', muted: '{name} may no longer write here.',
  unmuted: '{name} may write again.', kick: 'Remove', kickQuestion: 'Remove {name}? They can be invited again.', kicked: '{name} was removed.', ban: 'Ban',
  banQuestion: 'Ban {name}? They cannot come back by themselves.', banned: '{name} was banned.', bannedPeople: 'Banned people', nobodyBanned: 'Nobody is banned.', unban: 'Let back', unbanName: 'Let {name} back',
  isMuted: 'Muted', archive: 'Archive', unarchive: 'Unarchive', leave: 'Leave',
  leaveQuestion: 'Leave this conversation?', ownerLeaves: 'Hand over ownership before you leave.', deleteRoom: 'Delete', deleteRoomQuestion: 'Delete it with all its messages, for everybody?',
  profile: 'Profile', memberSince: 'Here since {at}', unblock: 'Unblock', unblockName: 'Unblock {name}', blockedPeople: 'Blocked people', blocked: '{name} can no longer write to you.',

  searchAll: 'Search rooms, people and messages', searchIn: 'Search in {name}', searchHint: 'Type what you are looking for.', onlyHere: 'Only here',
  tab_profile: 'Profile', tab_devices: 'Devices', tab_looks: 'Appearance', tab_notifications: 'Notifications', tab_account: 'Account', tab_admin: 'Administration',
  privacy: 'Privacy', hides_last_seen: 'Hide when I was last here', hides_typing: 'Hide that I am typing', hides_reading: 'Hide what I have read',
  statusText: 'Status', statusHint: 'A few words that others see beside your name', devicesLead: 'Where you are signed in. End a session that you do not know.',
  thisDevice: 'This device', otherDevice: 'Another device', lastActive: 'Active {at}', signedInAt: 'Signed in {at}', endSession: 'Sign out', endSessionOf: 'Sign out the session of {at_text}',
  themeSystem: 'As the system', themeLight: 'Light', themeDark: 'Dark',
  noNotifications: 'This browser has no notifications.', notificationsLead: 'A notification is shown while you look elsewhere.', notifyHint: 'In this browser',
  notifyMentionsHint: 'Direct messages and mentions', notificationsRefused: 'The browser does not allow notifications here.',
  currentPassword: 'Current password', newPassword: 'New password', changePassword: 'Change password', wrongCurrentPassword: 'The password is not right.',
  signOutLead: 'Drafts and unsent messages in this browser are forgotten.',
  deleteAccount: 'Delete account', deleteAccountLead: 'Your messages stay, without your name. Everything personal goes.', deleteAccountQuestion: 'Delete your account? This cannot be undone.',

  adminLead: 'Only administrators of this server see this.', registerLink: 'Invitation to make an account', registerUses: 'For how many people', registerDays: 'Good for how many days',
  makeLink: 'Make a link', registerHint: 'For {count|one person|# people}, until {until}.', server: 'Server', serverReady: 'Ready', serverNotReady: 'Not ready', serverState: 'State',
  figureConnections: 'Connections', figureMessages: 'Messages since the start', figureRequests: 'Requests since the start', figureWaiting: 'Not stored yet', allFigures: 'All figures',

  findEmoji: 'Find an emoji', smileys: 'Smileys', hearts: 'Hearts and signs', nature: 'Nature', food: 'Food', things: 'Things',
  everywhere: 'Everywhere', onAMessage: 'On a message', scSearchHere: 'Search in this conversation', scNext: 'Next conversation',
  scPrevious: 'Previous conversation', scNew: 'New direct message', scDetails: 'Details and members', scSend: 'Send', scLine: 'New line', scEditLast: 'Edit your last message (in an empty field)',
  scMention: 'Mention somebody', scMessages: 'To the messages', scReply: 'Reply', scThread: 'Open the thread', scReact: 'React', scEdit: 'Edit', scCopy: 'Copy text',
  scDelete: 'Delete', scMenu: 'Everything else', scBack: 'Back, step by step', scShortcuts: 'This list',
};
