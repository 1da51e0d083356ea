// Before anything is painted: the theme that was chosen here. And where somebody was signed in the last time, the
// modules of the chat are asked for at once; who comes for the first time is not made to wait for them.
((kept) => {
  document.documentElement.dataset.theme = kept('theme') ?? 'system';
  if (!kept('in')) return;
  for (const name of ['app', 'chat', 'timeline', 'view-composer', 'view-messages', 'view-room', 'view-sidebar']) {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: `/assets/${name}.js` }));
  }
})((name) => {
  try {
    return localStorage.getItem(`chat.${name}`);
  } catch {
    return null;
  }
});
