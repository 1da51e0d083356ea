// Before anything is painted: the theme that was chosen here. And where somebody was signed in the last time, what the chat
// needs is asked for at once; who comes for the first time is not made to wait for it.
/** What the chat imports, see Tests/Browser/test_page_modules.py. */
const PATHS = [
  'app/address', 'app/arrivals', 'app/banner', 'app/shell', 'features/composer/composer',
  'features/composer/insertion', 'features/messages/message-items', 'features/messages/message-keys',
  'features/messages/message-list', 'features/messages/message-row', 'features/messages/scroll-place',
  'features/messages/seen', 'features/room/room-foot', 'features/room/room-head', 'features/room/room-view',
  'features/rooms/own-menu', 'features/rooms/room-list', 'features/rooms/room-row', 'model/changes', 'model/chat',
  'model/counts', 'model/drafts', 'model/events', 'model/histories', 'model/messages', 'model/people',
  'model/presence', 'model/reading', 'model/room-session', 'model/room-state', 'model/rooms', 'model/timeline',
  'model/typing', 'protocol/attempts', 'protocol/commands', 'protocol/connection', 'protocol/outbox', 'ui/format',
  'ui/markup', 'ui/names', 'ui/overlays',
];

((kept) => {
  document.documentElement.dataset.theme = kept('theme') ?? 'system';
  if (!kept('in')) return;
  const add = (attributes) => document.head.append(Object.assign(document.createElement('link'), attributes));
  for (const path of PATHS) add({ rel: 'modulepreload', href: `/assets/${path}.js` });
})((name) => {
  try {
    return localStorage.getItem(`chat.${name}`);
  } catch {
    return null;
  }
});
