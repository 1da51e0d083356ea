// Who people are. Whoever is asked for and not known is looked up, a few at a time.

import { path } from '../protocol/rest.js';

/** @typedef {import('./types.js').User} User */

const LOOKUPS_MAX = 6;

export class People {
  #rest;
  #changes;
  /** @type {Map<string, User>} */
  #known = new Map();
  /**
   * Lower-cased user names.
   * @type {Map<string, string>}
   */
  #ids = new Map();
  /**
   * Who has been asked for, once.
   * @type {Set<string>}
   */
  #asked = new Set();
  /** @type {string[]} */
  #queue = [];
  #running = 0;
  /** @type {Map<string, Set<() => void>>} */
  #waiting = new Map();

  /** @param {import('../protocol/rest.js').Rest} rest @param {import('./changes.js').Changes} changes @param {User} me */
  constructor(rest, changes, me) {
    this.#rest = rest;
    this.#changes = changes;
    this.me = me;
    this.take(me);
  }

  /**
   * What is known of somebody; what is not yet is looked up.
   * @param {string} id
   */
  get(id) {
    const user = this.#known.get(id);
    if (!user && !this.#asked.has(id)) {
      this.#asked.add(id);
      this.#queue.push(id);
      this.#lookUp();
    }
    return user;
  }

  /**
   * What is known of somebody, without asking.
   * @param {string} id
   */
  peek(id) {
    return this.#known.get(id);
  }

  /** @param {string} username */
  idOf(username) {
    return this.#ids.get(username.toLowerCase());
  }

  /**
   * Waits until it is known who somebody is, or that nobody knows.
   * @param {string} id @returns {Promise<void>}
   */
  know(id) {
    if (this.get(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting.add(resolve));
    });
  }

  /** @param {User} user */
  take(user) {
    const known = this.#known.get(user.id);
    this.#known.set(user.id, user);
    if (user.username) this.#ids.set(user.username.toLowerCase(), user.id);
    if (user.id === this.me.id) this.me = { ...this.me, ...user };
    this.#settle(user.id);
    if (known?.username !== user.username || known?.display_name !== user.display_name || known?.deleted !== user.deleted
      || user.id === this.me.id) this.#changes.tell('person', user.id);
  }

  /**
   * Those whose names begin so, oneself left out.
   * @param {string} query @returns {Promise<User[]>}
   */
  async search(query, limit = 30) {
    const { users } = await this.#rest.get(`/users?query=${encodeURIComponent(query)}&limit=${limit}`);
    for (const user of users) this.take(user);
    return users.filter((/** @type {User} */ { id }) => id !== this.me.id);
  }

  async readMe() {
    this.take((await this.#rest.get('/users/me')).user);
  }

  /**
   * `settings` in it are those that are to change.
   * @param {Record<string, unknown>} fields
   */
  async updateMe(fields) {
    this.take((await this.#rest.patch('/users/me', fields)).user);
  }

  async #lookUp() {
    if (this.#running >= LOOKUPS_MAX) return;
    const id = this.#queue.shift();
    if (!id) return;
    this.#running += 1;
    try {
      if (!this.#known.has(id)) this.take((await this.#rest.get(path`/users/${id}`)).user);
    } catch (error) {
      if (/** @type {any} */ (error).code === 'not_found') this.take({ id, username: '', display_name: '', deleted: true });
      else this.#asked.delete(id);
      this.#settle(id);
    }
    this.#running -= 1;
    this.#lookUp();
  }

  /** @param {string} id */
  #settle(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const resolve of waiting ?? []) resolve();
  }
}
