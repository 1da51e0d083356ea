// Who is signed in in this browser. All its tabs share it.

const KEY = 'chat.session';

/** The user who is signed in (`{ id, name, phone }`), or null. */
export function loadSession() {
  try {
    const user = JSON.parse(localStorage.getItem(KEY));
    return typeof user?.id === 'string' && typeof user?.name === 'string' ? user : null;
  } catch {
    return null;
  }
}

export function saveSession({ id, name, phone }) {
  localStorage.setItem(KEY, JSON.stringify({ id, name, phone }));
}

export function clearSession() {
  localStorage.removeItem(KEY);
}

/** Calls back when another tab signs in as somebody else, or logs out. */
export function onSessionElsewhere(callback) {
  addEventListener('storage', (event) => {
    if (event.key === KEY || event.key === null) callback(loadSession());
  });
}
