// Before anything is painted: the theme that was chosen here. And where somebody was signed in the last time, what the chat
// needs is asked for at once; who comes for the first time is not made to wait for it, and no page but the chat's does so.
((kept, isChat) => {
  document.documentElement.dataset.theme = kept('theme') ?? 'system';
  if (!isChat || !kept('in')) return;
  const add = (attributes) => document.head.append(Object.assign(document.createElement('link'), attributes));
  add({ rel: 'modulepreload', href: '/assets/app/shell.js' });
  add({ rel: 'stylesheet', href: '/assets/styles/chat.css' });
})((name) => {
  try {
    return localStorage.getItem(`chat.${name}`);
  } catch {
    return null;
  }
}, document.currentScript.dataset.of === undefined);
