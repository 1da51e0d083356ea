// Reads the history of rooms and threads, page by page, as far as somebody looks at it.

import { path } from '../protocol/rest.js';
import { Timeline } from './timeline.js';

/**
 * @typedef {import('./room-state.js').RoomState} RoomState
 * @typedef {import('./types.js').Message} Message
 */

const PAGE = 30;
/** Of what is unread, so much is read at once, and a little before it. */
const BEFORE_UNREAD = 8;
const THREAD_PAGE = 300;
const THREAD_PAGES_MAX = 8;

export class Histories {
  #rest;
  #changes;
  #sessions;

  /**
   * @param {import('../protocol/rest.js').Rest} rest @param {import('./changes.js').Changes} changes
   * @param {import('./room-session.js').Sessions} sessions
   */
  constructor(rest, changes, sessions) {
    this.#rest = rest;
    this.#changes = changes;
    this.#sessions = sessions;
  }

  /** @param {RoomState} room */
  loadEnd(room) {
    return this.#loadPiece(room, `limit=${PAGE}`, ({ messages, has_more: more }) => {
      room.timeline.replace(messages, { isAtStart: !more, isAtEnd: true });
    });
  }

  /** @param {RoomState} room @param {number} seq */
  loadAround(room, seq) {
    return this.#loadPiece(room, `around=${seq}&limit=${PAGE}`, ({ messages, has_more: more }) => {
      room.timeline.replace(messages, { isAtStart: !more.before, isAtEnd: !more.after });
    });
  }

  /**
   * What is unread, from its beginning on, or all of the end where that is little.
   * @param {RoomState} room
   */
  loadUnread(room) {
    return room.seq - room.read > PAGE - BEFORE_UNREAD ? this.loadAround(room, room.read + 1) : this.loadEnd(room);
  }

  /** @param {RoomState} room */
  loadOlder(room) {
    const { timeline } = room;
    if (!timeline.isLoaded || timeline.isAtStart || !timeline.first) return false;
    return this.#load(room, `before=${timeline.first.seq}&limit=${PAGE}`, ({ messages, has_more: more }) => {
      timeline.prepend(messages, !more);
    });
  }

  /** @param {RoomState} room */
  loadNewer(room) {
    const { timeline } = room;
    if (!timeline.isLoaded || timeline.isAtEnd || !timeline.last) return false;
    return this.#load(room, `after=${timeline.last.seq}&limit=${PAGE}`, ({ messages, has_more: more }) => {
      timeline.append(messages, !more);
    });
  }

  /**
   * A single message, from what is here or from the server; null: there is none.
   * @param {RoomState} room @param {number} seq
   */
  async message(room, seq) {
    const known = room.timeline.find(seq);
    if (known) return known;
    const { messages } = await this.#rest.get(`${path`/rooms/${room.id}/messages`}?around=${seq}&limit=1`);
    return /** @type {Message | null} */ (messages.find((/** @type {Message} */ message) => message.seq === seq) ?? null);
  }

  /**
   * A message that is quoted: undefined while it is not known.
   * @param {RoomState} room @param {number} seq
   */
  quoted(room, seq) {
    const session = this.#sessions.of(room.id);
    const known = room.timeline.find(seq) ?? session.thread?.timeline.find(seq);
    if (known) return known;
    if (!session.quotes.has(seq)) this.#readQuote(room, seq);
    return session.quotes.get(seq) ?? (session.quotesAsked.has(seq) ? undefined : null);
  }

  /**
   * Opens a thread beside its room: the message it is about, and the answers, as far as a few pages bring them.
   * @param {RoomState} room @param {number} seq
   */
  async openThread(room, seq) {
    const thread = { seq, root: new Timeline(), timeline: new Timeline() };
    this.#sessions.setThread(room.id, thread);
    thread.timeline.asking();
    const root = await this.message(room, seq);
    thread.root.replace(root ? [root] : [], { isAtStart: true, isAtEnd: false });
    const found = [];
    let after = seq;
    for (let pages = 0; pages < THREAD_PAGES_MAX; pages += 1) {
      const { messages, has_more: more } = await this.#rest.get(
        `${path`/rooms/${room.id}/messages`}?after=${after}&limit=${THREAD_PAGE}&thread=${seq}`);
      found.push(...messages.filter((/** @type {Message} */ message) => message.thread === seq));
      if (!more || messages.length === 0) break;
      after = messages.at(-1).seq;
    }
    thread.timeline.replace(found, { isAtStart: true, isAtEnd: true });
    this.#changes.tell('history', room.id);
  }

  /** @param {RoomState} room @param {number} seq */
  async #readQuote(room, seq) {
    const session = this.#sessions.of(room.id);
    if (session.quotesAsked.has(seq)) return;
    session.quotesAsked.add(seq);
    const message = await this.message(room, seq).catch(() => null);
    session.quotesAsked.delete(seq);
    session.keepQuote(seq, message);
    this.#changes.tell('history', room.id);
  }

  /**
   * One page at a time: what comes meanwhile belongs to that page.
   * @param {RoomState} room @param {string} query @param {(answer: any) => void} take
   */
  #load(room, query, take) {
    const session = this.#sessions.of(room.id);
    if (session.query === null) session.loading = this.#loadPage(room, query, take);
    return session.loading;
  }

  /**
   * Another piece of the history: after whatever is being loaded of the present one.
   * @param {RoomState} room @param {string} query @param {(answer: any) => void} take
   */
  async #loadPiece(room, query, take) {
    const session = this.#sessions.of(room.id);
    while (session.query !== null) await session.loading;
    return this.#load(room, query, take);
  }

  /** @param {RoomState} room @param {string} query @param {(answer: any) => void} take */
  async #loadPage(room, query, take) {
    const { timeline } = room;
    const session = this.#sessions.of(room.id);
    Object.assign(session, { query, error: null });
    timeline.asking();
    this.#changes.tell('history', room.id);
    try {
      take(await this.#rest.get(`${path`/rooms/${room.id}/messages`}?${query}`));
      return true;
    } catch (error) {
      timeline.gaveUp();
      session.error = error;
      return false;
    } finally {
      session.query = null;
      this.#changes.tell('history', room.id);
    }
  }
}
