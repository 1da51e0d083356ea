// What is being written in each room, by user, the same in all tabs.

import { run } from './storage.js';

export class Drafts {
  #prefix;
  #changes;
  /** @type {Map<string, string>} */
  #texts = new Map();
  #tabs = new BroadcastChannel('chat-drafts');

  /** @param {string} userId @param {import('./changes.js').Changes} changes */
  constructor(userId, changes) {
    this.#prefix = `${userId}/`;
    this.#changes = changes;
    this.#tabs.onmessage = ({ data: { user, key, text } }) => {
      if (user !== userId || text === this.of(key)) return;
      this.#take(key, text);
      this.#changes.tell('draft', key);
    };
  }

  async restore() {
    const range = IDBKeyRange.bound(this.#prefix, `${this.#prefix}\uffff`);
    try {
      const [keys, values] = await Promise.all([
        run('drafts', 'readonly', (store) => store.getAllKeys(range)),
        run('drafts', 'readonly', (store) => store.getAll(range))]);
      keys.forEach((/** @type {IDBValidKey} */ key, /** @type {number} */ index) => (
        this.#texts.set(String(key).slice(this.#prefix.length), values[index])));
    } catch {
      // No storage: drafts live as long as the page.
    }
  }

  /** @param {string} key a room, or a room and its thread: `draftKey` */
  of(key) {
    return this.#texts.get(key) ?? '';
  }

  /** @param {string} key @param {string} text */
  set(key, text) {
    if (text === this.of(key)) return;
    this.#take(key, text);
    this.#tabs.postMessage({ user: this.#prefix.slice(0, -1), key, text });
    run('drafts', 'readwrite', (store) => (
      text === '' ? store.delete(this.#prefix + key) : store.put(text, this.#prefix + key))).catch(() => {});
  }

  /** Forgets everything, also in the storage. */
  async clear() {
    this.close();
    const keys = [...this.#texts.keys()];
    this.#texts.clear();
    await Promise.all(keys.map((key) => (
      run('drafts', 'readwrite', (store) => store.delete(this.#prefix + key)).catch(() => {}))));
  }

  close() {
    this.#tabs.close();
  }

  /** @param {string} key @param {string} text */
  #take(key, text) {
    if (text === '') this.#texts.delete(key);
    else this.#texts.set(key, text);
  }
}

/**
 * Under what the draft of a room is kept, or of one of its threads.
 * @param {string} room @param {number} thread 0: the room
 */
export function draftKey(room, thread) {
  return thread ? `${room}/${thread}` : room;
}
