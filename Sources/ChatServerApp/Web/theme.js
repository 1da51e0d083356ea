// Before anything is painted: the theme that was chosen here.
document.documentElement.dataset.theme = (() => {
  try {
    return localStorage.getItem('chat.theme') ?? 'system';
  } catch {
    return 'system';
  }
})();
