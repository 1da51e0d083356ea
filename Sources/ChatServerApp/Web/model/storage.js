// What the page keeps in the browser: unsent messages and drafts in IndexedDB, choices of taste in localStorage.
// Nothing here signs anybody in.

const NAME = 'chat';

let opening = /** @type {Promise<IDBDatabase> | null} */ (null);

/** @returns {Promise<IDBDatabase>} */
function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('outbox', { keyPath: 'client_msg_id' }).createIndex('user', 'user_id');
      request.result.createObjectStore('drafts');
    };
    request.onsuccess = () => {
      // Another tab with a newer page must not wait for this one.
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/**
 * @param {'outbox' | 'drafts'} store @param {IDBTransactionMode} mode @param {(s: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
export async function run(store, mode, work) {
  const transaction = (await database()).transaction(store, mode);
  const request = work(transaction.objectStore(store));
  // At once: a page that is left does not wait for the request's answer to commit.
  transaction.commit();
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * The outbox's storage; where the browser refuses one (some private windows), it is the memory.
 * @type {import('../protocol/outbox.js').OutboxStorage}
 */
export const outboxStorage = {
  all: (userId) => run('outbox', 'readonly', (store) => store.index('user').getAll(userId)).catch(() => []),
  put: (entry) => run('outbox', 'readwrite', (store) => store.put(structuredClone(entry))),
  delete: (id) => run('outbox', 'readwrite', (store) => store.delete(id)),
};

/**
 * A choice of this browser's: `preference('theme', 'system')`, `setPreference('theme', 'dark')`.
 * @param {string} name @param {string} otherwise
 */
export function preference(name, otherwise) {
  try {
    return localStorage.getItem(`chat.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** @param {string} name @param {string | null} value null: there is none any more */
export function setPreference(name, value) {
  try {
    if (value === null) localStorage.removeItem(`chat.${name}`);
    else localStorage.setItem(`chat.${name}`, value);
  } catch {
    // Then it holds until the page is left.
  }
}

/**
 * A name of this browser's for the server: one device, however many tabs. It tells what kind of browser this is, so that
 * people know their devices again, and signs nobody in.
 */
export function deviceId() {
  const known = preference('device', '');
  if (known.includes('/')) return known;
  const number = known || Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const made = `${kindOfBrowser(navigator.userAgent)}/${number}`;
  setPreference('device', made);
  return made;
}

const BROWSERS = /** @type {const} */ ([['Edg', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['FxiOS/', 'Firefox'],
  ['Chrome/', 'Chrome'], ['CriOS/', 'Chrome'], ['Safari/', 'Safari']]);
const SYSTEMS = /** @type {const} */ ([['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']]);

/**
 * "Firefox/Linux"
 * @param {string} agent
 */
export function kindOfBrowser(agent) {
  const nameIn = (/** @type {readonly (readonly [string, string])[]} */ names) => names.find(([mark]) => agent.includes(mark))?.[1] ?? 'Web';
  return `${nameIn(BROWSERS)}/${nameIn(SYSTEMS)}`;
}
