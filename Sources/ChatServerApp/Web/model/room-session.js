// How a room is open on this screen: kept while one looks elsewhere, forgotten with the page.

import { Timeline } from './timeline.js';

const SESSIONS_MAX = 100;
const QUOTES_MAX = 500;

/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {{ kind: 'reply' | 'edit', message: Message, text?: string }} Mode what a composer is about; `text`: what an
 *   edit has come to, when one last looked at it
 * @typedef {{ seq: number, root: Timeline, timeline: Timeline }} Thread
 */

export class RoomSession {
  /** Where the line "new" is; 0: nowhere. */
  firstUnread = 0;
  /** Whether that line has been on the screen. */
  isNewSeen = false;
  /** Which message was how far below the upper edge; null: the end was on the screen. */
  place = /** @type {{ seq: number, top: number } | null} */ (null);
  /**
   * Of the composer, by thread; 0: the room's own.
   * @type {Map<number, Mode>}
   */
  modes = new Map();
  thread = /** @type {Thread | null} */ (null);
  /** Messages that are quoted and not in the piece of history that is here; null: there is none. */
  quotes = /** @type {Map<number, Message | null>} */ (new Map());
  /**
   * Those of them that are being asked for.
   * @type {Set<number>}
   */
  quotesAsked = new Set();
  /**
   * Edits that are on their way.
   * @type {Map<number, string>}
   */
  edits = new Map();
  /** What is being read of the history, and what became of that. */
  query = /** @type {string | null} */ (null);
  loading = /** @type {Promise<boolean>} */ (Promise.resolve(true));
  error = /** @type {unknown} */ (null);

  /** @param {number} seq @param {Message | null} message */
  keepQuote(seq, message) {
    if (this.quotes.size >= QUOTES_MAX) this.quotes.clear();
    this.quotes.set(seq, message);
  }
}

export class Sessions {
  #changes;
  /** @type {Map<string, RoomSession>} */
  #sessions = new Map();
  openId = /** @type {string | null} */ (null);

  /** @param {import('./changes.js').Changes} changes */
  constructor(changes) {
    this.#changes = changes;
  }

  /** @param {string} room */
  of(room) {
    const known = this.#sessions.get(room);
    if (known) return known;
    if (this.#sessions.size >= SESSIONS_MAX) this.#forgetOldest();
    const made = new RoomSession();
    this.#sessions.set(room, made);
    return made;
  }

  /** @param {string} room */
  forget(room) {
    this.#sessions.delete(room);
  }

  /**
   * Begins to look at a room, from the first message that is new.
   * @param {import('./room-state.js').RoomState} room
   */
  open(room) {
    const session = this.of(room.id);
    if (this.openId !== room.id) {
      session.firstUnread = room.unread > 0 ? room.read + 1 : 0;
      session.isNewSeen = false;
      // The newest of those that were opened.
      this.#sessions.delete(room.id);
      this.#sessions.set(room.id, session);
    }
    this.openId = room.id;
    return session;
  }

  /**
   * Looks away, and remembers where.
   * @param {{ seq: number, top: number } | null} place
   */
  close(place) {
    const session = this.#sessions.get(this.openId ?? '');
    if (session) Object.assign(session, { place, firstUnread: 0, thread: null });
    this.openId = null;
  }

  /**
   * What came while nobody looked is new, from the first on that is not read.
   * @param {import('./room-state.js').RoomState} room
   * @param {number} seq
   */
  markNew(room, seq) {
    if (room.unread === 1 || this.of(room.id).firstUnread === 0) Object.assign(this.of(room.id), { firstUnread: seq, isNewSeen: false });
  }

  /** @param {string} room */
  sawNew(room) {
    this.of(room).isNewSeen = true;
  }

  /** @param {string} room @param {number} thread @param {Mode | null} mode */
  setMode(room, thread, mode) {
    const { modes } = this.of(room);
    if (mode) modes.set(thread, mode);
    else modes.delete(thread);
  }

  /** @param {string} room @param {Thread | null} thread */
  setThread(room, thread) {
    this.of(room).thread = thread;
    this.#changes.tell('session', room);
  }

  #forgetOldest() {
    for (const [id, { modes, query }] of this.#sessions) {
      // What somebody is writing about is not forgotten.
      if (id !== this.openId && modes.size === 0 && query === null) {
        this.#sessions.delete(id);
        return;
      }
    }
  }
}
