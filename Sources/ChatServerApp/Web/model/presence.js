// Who is there, and what oneself says of that: a choice that holds until another is made, over connections and reloads.

import { preference, setPreference } from './storage.js';

/** @typedef {import('./types.js').Presence} State */
/** @typedef {'online' | 'away' | 'dnd' | 'invisible'} Choice */

const WATCHED_MAX = 200;
const GATHER_MS = 150;

export class PresenceBook {
  #client;
  #changes;
  #people;
  #wanted;
  #key;
  /** @type {Map<string, State>} */
  #states = new Map();
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #watched = '';

  /**
   * @param {{ client: import('../protocol/connection.js').ChatClient, changes: import('./changes.js').Changes,
   *   people: import('./people.js').People, wanted: () => Iterable<string> }} parts `wanted`: whose presence is shown, the
   *   most important first
   */
  constructor({ client, changes, people, wanted }) {
    this.#client = client;
    this.#changes = changes;
    this.#people = people;
    this.#wanted = wanted;
    this.#key = `presence.${people.me.id}`;
    client.addEventListener('welcome', () => this.#welcomed());
    for (const name of ['presence.state', 'presence.diff']) {
      client.addEventListener(name, (event) => this.#take(/** @type {CustomEvent} */ (event).detail.users));
    }
  }

  /** @param {string} id @returns {State} */
  of(id) {
    return this.#states.get(id) ?? { state: 'offline' };
  }

  /**
   * The server tells nothing of oneself while one shares no room with anybody: then the connection says it.
   * @returns {State}
   */
  get own() {
    if (this.#client.state !== 'open') return { state: 'offline' };
    const state = this.choice === 'invisible' ? 'offline' : this.choice;
    const known = this.#states.get(this.#people.me.id) ?? { state };
    return { status_text: this.#people.me.settings?.status_text, ...known };
  }

  get choice() {
    return /** @type {Choice} */ (preference(this.#key, 'online'));
  }

  /** @param {Choice} choice */
  async choose(choice) {
    setPreference(this.#key, choice === 'online' ? null : choice);
    await this.#client.command('presence.set', { state: choice });
  }

  /** Leaves nothing in this browser. */
  forget() {
    setPreference(this.#key, null);
  }

  /** Whose presence is wanted may have changed. */
  watchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#watch(), GATHER_MS);
  }

  #welcomed() {
    this.#watched = '';
    this.watchSoon();
    if (this.choice !== 'online') this.choose(this.choice).catch(() => {});
  }

  /** @param {Record<string, State>} users */
  #take(users) {
    for (const [id, state] of Object.entries(users)) {
      this.#states.set(id, state);
      this.#changes.tell('presence', id);
    }
  }

  #watch() {
    const wanted = new Set([this.#people.me.id]);
    for (const id of this.#wanted()) if (wanted.size < WATCHED_MAX) wanted.add(id);
    const users = [...wanted].sort();
    const key = users.join();
    if (this.#client.state !== 'open' || key === this.#watched) return;
    this.#watched = key;
    this.#client.command('presence.watch', { users }).catch(() => { this.#watched = ''; });
  }
}
