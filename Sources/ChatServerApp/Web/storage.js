// What the page keeps in the browser: unsent messages and drafts in IndexedDB, choices of taste in localStorage.
// Nothing here signs anybody in.

const NAME = 'chat';

let opening = null;

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

/** @param {'outbox' | 'drafts'} store @param {IDBTransactionMode} mode @param {(s: IDBObjectStore) => IDBRequest} work */
async function run(store, mode, work) {
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

/** The outbox's storage; where the browser refuses one (some private windows), it is the memory. */
export const outboxStorage = {
  all: (userId) => run('outbox', 'readonly', (store) => store.index('user').getAll(userId)).catch(() => []),
  put: (entry) => run('outbox', 'readwrite', (store) => store.put(structuredClone(entry))),
  delete: (id) => run('outbox', 'readwrite', (store) => store.delete(id)),
};

/** What is being written in each room, by user. */
export class Drafts {
  #prefix;
  #texts = new Map();

  constructor(userId) {
    this.#prefix = `${userId}/`;
  }

  async restore() {
    const range = IDBKeyRange.bound(this.#prefix, `${this.#prefix}\uffff`);
    try {
      const [keys, values] = await Promise.all([
        run('drafts', 'readonly', (store) => store.getAllKeys(range)),
        run('drafts', 'readonly', (store) => store.getAll(range))]);
      keys.forEach((key, index) => this.#texts.set(String(key).slice(this.#prefix.length), values[index]));
    } catch {
      // No storage: drafts live as long as the page.
    }
  }

  of(key) {
    return this.#texts.get(key) ?? '';
  }

  set(key, text) {
    if (text === this.of(key)) return;
    if (text === '') this.#texts.delete(key);
    else this.#texts.set(key, text);
    run('drafts', 'readwrite', (store) => (
      text === '' ? store.delete(this.#prefix + key) : store.put(text, this.#prefix + key))).catch(() => {});
  }

  clear() {
    const keys = [...this.#texts.keys()];
    this.#texts.clear();
    return Promise.all(keys.map((key) => (
      run('drafts', 'readwrite', (store) => store.delete(this.#prefix + key)).catch(() => {}))));
  }
}

/** What was read in this tab, by room, until the server is known to have stored it: a reload must not forget it. */
export class Reads {
  #key;
  /** @type {Map<string, number>} */
  #seqs = new Map();

  constructor(userId) {
    this.#key = `chat.reads.${userId}`;
    try {
      this.#seqs = new Map(JSON.parse(sessionStorage.getItem(this.#key) ?? '[]'));
    } catch {
      // Then there are none.
    }
  }

  get(room) {
    return this.#seqs.get(room) ?? 0;
  }

  set(room, seq) {
    this.#seqs.set(room, seq);
    this.#save();
  }

  /** The server has stored as much. */
  stored(room, seq) {
    if (!this.#seqs.has(room) || seq < this.get(room)) return;
    this.#seqs.delete(room);
    this.#save();
  }

  /** @returns {[string, number][]} */
  entries() {
    return [...this.#seqs];
  }

  clear() {
    this.#seqs.clear();
    this.#save();
  }

  #save() {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.entries()));
    } catch {
      // Then it holds until the page is left.
    }
  }
}

/** A choice of this browser's: `preference('theme', 'system')`, `setPreference('theme', 'dark')`. */
export function preference(name, otherwise) {
  try {
    return localStorage.getItem(`chat.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function setPreference(name, value) {
  try {
    localStorage.setItem(`chat.${name}`, value);
  } catch {
    // Then it holds until the page is left.
  }
}

/** A name of this browser's for the server: one device, however many tabs. It tells nothing and signs nobody in. */
export function deviceId() {
  const known = preference('device', '');
  if (known) return known;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  setPreference('device', made);
  return made;
}
