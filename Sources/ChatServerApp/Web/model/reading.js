// What one has read: the counts of each room, and the markers that tell the server. A marker waits until the server has
// acknowledged it, over losses of the connection and reloads of the page.

import { counted, countsAfterReading } from './counts.js';
import { preference, setPreference } from './storage.js';

/**
 * @typedef {import('./room-state.js').RoomState} RoomState
 * @typedef {import('./types.js').Message} Message
 */

/** Several things seen at once are one marker. */
const GATHER_MS = 200;
const AGAIN_MS = 500;

export class Reading {
  #rest;
  #client;
  #changes;
  #rooms;
  #me;
  #key;
  /**
   * How far each room has been read, until a list of the server's shows that it counts from there.
   * @type {Map<string, number>}
   */
  #read = new Map();
  /**
   * Those of them that the server has not acknowledged.
   * @type {Set<string>}
   */
  #unsent = new Set();
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #againTimer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /**
   * @param {{ rest: import('../protocol/rest.js').Rest, client: import('../protocol/connection.js').ChatClient,
   *   changes: import('./changes.js').Changes, rooms: Map<string, RoomState>, me: string }} parts
   */
  constructor({ rest, client, changes, rooms, me }) {
    this.#rest = rest;
    this.#client = client;
    this.#changes = changes;
    this.#rooms = rooms;
    this.#me = me;
    this.#key = `reading.${me}`;
    this.#restore();
    globalThis.addEventListener?.('pagehide', () => this.flush());
  }

  /**
   * One has seen everything up to `seq`.
   * @param {RoomState} room @param {number} seq
   */
  mark(room, seq) {
    if (!room.role || seq <= room.read) return;
    this.#moveTo(room, seq);
    this.#read.set(room.id, seq);
    this.#unsent.add(room.id);
    this.#keep();
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /**
   * The server says how far one has read, here or elsewhere.
   * @param {RoomState} room @param {number} seq
   */
  marked(room, seq) {
    if (seq > room.read) this.#moveTo(room, seq);
  }

  /**
   * A room has come from the server, which may not know yet what this page, or the one before it, has read.
   * @param {RoomState} room
   */
  taken(room) {
    const seq = this.#read.get(room.id) ?? 0;
    if (seq > room.read) this.#moveTo(room, seq);
    else this.#forgetRoom(room.id);
  }

  /**
   * A message has come.
   * @param {RoomState} room @param {Message} message
   */
  came(room, message) {
    if (message.user_id === this.#me) this.#moveTo(room, Math.max(room.read, message.seq));
    else room.count(counted(room, message, this.#me, 1));
    this.#changes.tell('room', room.id);
  }

  /**
   * A message has gone; undefined: one that is not known here, so that only the server can say what it counted for.
   * @param {RoomState} room @param {number} seq @param {Message | undefined} message
   */
  went(room, seq, message) {
    if (seq <= room.read) return;
    if (message) room.count(counted(room, message, this.#me, -1));
    else this.askSoon();
    this.#changes.tell('room', room.id);
  }

  /**
   * A message says something else, and may mention others.
   * @param {RoomState} room @param {Message} after @param {Message | undefined} before as it is known here, if it is
   */
  changed(room, after, before) {
    if (after.seq <= room.read || after.user_id === this.#me) return;
    if (before) room.count(counted(counted(room, before, this.#me, -1), after, this.#me, 1));
    else this.askSoon();
    this.#changes.tell('room', room.id);
  }

  /** Tells the server whatever it has not acknowledged. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const room of this.#unsent) this.#send(room, this.#read.get(room) ?? 0);
  }

  /** Leaves nothing in this browser. */
  forget() {
    this.#read.clear();
    this.#unsent.clear();
    this.#keep();
  }

  /** Compares the counts with the server's. Answers whether its rooms are those that are known, or nothing. */
  async compare() {
    const { rooms } = await this.#rest.get('/unread').catch(() => ({ rooms: null }));
    if (!rooms) return undefined;
    for (const [id, counts] of Object.entries(rooms)) {
      const room = this.#rooms.get(id);
      if (!room) continue;
      // Who has been told more than the answer knows asks again.
      if (room.isNewerThan(counts)) {
        if (!this.#unsent.has(id)) this.askSoon();
        continue;
      }
      this.#forgetRoom(id);
      if (room.unread === counts.unread && room.mentions === (counts.mentions ?? 0) && room.read === counts.read) continue;
      room.count({ unread: counts.unread, mentions: counts.mentions ?? 0, read: counts.read });
      this.#changes.tell('room', id);
    }
    return Object.keys(rooms).every((id) => this.#rooms.has(id)) && [...this.#rooms.values()].every(({ id, role }) => !role || id in rooms);
  }

  askSoon() {
    this.#againTimer ??= setTimeout(() => {
      this.#againTimer = undefined;
      this.compare();
    }, AGAIN_MS);
  }

  /** @param {RoomState} room @param {number} seq */
  #moveTo(room, seq) {
    const counts = countsAfterReading(room, seq, room.seq, room.timeline, this.#me);
    if (counts) room.count(counts);
    else {
      room.read = seq;
      this.askSoon();
    }
    this.#changes.tell('room', room.id);
  }

  /** @param {string} room @param {number} seq */
  async #send(room, seq) {
    try {
      await this.#client.command('receipt', { room, kind: 'read', seq });
    } catch (error) {
      // Without an answer it is sent again with the next connection.
      const { isUnanswered, isTemporary } = /** @type {any} */ (error);
      if (isUnanswered || isTemporary) return;
      this.#read.delete(room);
    }
    if ((this.#read.get(room) ?? 0) <= seq) this.#unsent.delete(room);
    this.#keep();
  }

  /** @param {string} room */
  #forgetRoom(room) {
    if (!this.#read.delete(room)) return;
    this.#unsent.delete(room);
    this.#keep();
  }

  #restore() {
    try {
      for (const [room, seq] of Object.entries(JSON.parse(preference(this.#key, '{}')))) {
        this.#read.set(room, Number(seq));
        this.#unsent.add(room);
      }
    } catch {
      // Nothing that was kept here by this page.
    }
  }

  #keep() {
    setPreference(this.#key, this.#read.size > 0 ? JSON.stringify(Object.fromEntries(this.#read)) : null);
  }
}
