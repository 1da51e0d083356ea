// Who is told what has changed.

/**
 * What changes, and what its keys are:
 *
 * | kind | key |
 * |---|---|
 * | `rooms` | none: which rooms there are, or their order |
 * | `room` | a room: its fields, its counts, its last message |
 * | `members` | a room: who is in it, and their roles |
 * | `history` | a room: which of its messages are here, or on their way here |
 * | `message` | a room and a number, see `keyOf`: what one message says |
 * | `receipts` | a room: how far others have read |
 * | `typing` | a room: who types there |
 * | `outbox` | a room: what waits to be sent there |
 * | `draft` | a room, or a room's thread: what is being written, elsewhere |
 * | `session` | a room: how it is open |
 * | `person` | a user: what is known of them |
 * | `presence` | a user |
 * | `connection` | none |
 *
 * @typedef {'rooms' | 'room' | 'members' | 'history' | 'message' | 'receipts' | 'typing' | 'outbox' | 'draft' |
 *   'session' | 'person' | 'presence' | 'connection'} Kind
 * @typedef {(keys: Set<string>) => void} Listener
 */

/**
 * The key of a message.
 * @param {string} room @param {number} seq
 */
export function keyOf(room, seq) {
  return `${room}/${seq}`;
}

export class Changes {
  /** @type {Map<Kind, Set<Listener>>} */
  #listeners = new Map();
  /** @type {Map<Kind, Set<string>>} */
  #changed = new Map();

  /**
   * Calls `listener` with the keys of what has changed, once for all changes of a kind in a turn. Answers what ends that.
   * @param {Kind | Kind[]} kinds @param {Listener} listener
   */
  on(kinds, listener) {
    const all = Array.isArray(kinds) ? kinds : [kinds];
    for (const kind of all) {
      const listeners = this.#listeners.get(kind) ?? new Set();
      this.#listeners.set(kind, listeners.add(listener));
    }
    return () => { for (const kind of all) this.#listeners.get(kind)?.delete(listener); };
  }

  /** @param {Kind} kind @param {string} [key] */
  tell(kind, key = '') {
    if (this.#changed.size === 0) queueMicrotask(() => this.#flush());
    const keys = this.#changed.get(kind) ?? new Set();
    this.#changed.set(kind, keys.add(key));
  }

  #flush() {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [kind, keys] of changed) {
      for (const listener of [...this.#listeners.get(kind) ?? []]) listener(keys);
    }
  }
}
