// The rooms that one is in, and those that one looks at.

import { path } from '../protocol/rest.js';
import { RoomState } from './room-state.js';

const SUBSCRIBED_MAX = 120;
const MEMBERS_MAX = 3_000;
/** What was read so short a time ago is what a new connection begins with. */
const FRESH_MS = 1_000;

export class Rooms {
  #rest;
  #client;
  #changes;
  #people;
  #readAt = -Infinity;
  /** The rank of the room in which something came last. */
  #lastRank = 0;
  /**
   * Which were left while the list was on its way.
   * @type {Set<string>}
   */
  #left = new Set();
  /** @type {Map<string, RoomState>} */
  all = new Map();
  isReady = false;
  /** Is told which room was taken in, or forgotten. */
  ontake = (/** @type {RoomState} */ _room) => {};
  onforget = (/** @type {string} */ _id) => {};

  /**
   * @param {{ rest: import('../protocol/rest.js').Rest, client: import('../protocol/connection.js').ChatClient,
   *   changes: import('./changes.js').Changes, people: import('./people.js').People }} parts
   */
  constructor({ rest, client, changes, people }) {
    this.#rest = rest;
    this.#client = client;
    this.#changes = changes;
    this.#people = people;
  }

  /** @param {string | null | undefined} id */
  get(id) {
    return this.all.get(id ?? '');
  }

  /** In which something came last, first. Times say nothing of that: clocks may be wrong. */
  sorted() {
    return [...this.all.values()].sort((a, b) => b.rank - a.rank);
  }

  /**
   * Something has come in it.
   * @param {RoomState} room
   */
  raise(room) {
    room.rank = ++this.#lastRank;
    this.#changes.tell('rooms');
  }

  /** Where to follow each room from, those first in which something has happened. */
  positions() {
    const followed = this.sorted().filter(({ role }) => role !== null).slice(0, SUBSCRIBED_MAX);
    return Object.fromEntries(followed.map(({ id, position }) => [id, position]));
  }

  get isFresh() {
    return performance.now() - this.#readAt < FRESH_MS;
  }

  /**
   * Reads the list. Answers whether more was known than it told.
   * @param {Promise<any> | null} [first] its first page, if it has been asked for
   */
  async load(first = null) {
    // What is joined or left while the list is on its way is known better than the list knows it.
    const before = [...this.all.keys()];
    const listed = new Set();
    const began = this.#lastRank;
    this.#left.clear();
    let isOld = false;
    let cursor = '';
    do {
      const answer = (cursor === '' && await first)
        || await this.#rest.get(`/rooms?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      for (const room of answer.rooms) {
        listed.add(room.id);
        if (this.#left.has(room.id)) continue;
        isOld ||= this.all.get(room.id)?.isNewerThan(room) ?? false;
        const wasRaised = (this.all.get(room.id)?.rank ?? 0) > began;
        const taken = this.take(room);
        // In the order of the list; above that, in which something came meanwhile.
        if (!wasRaised) taken.rank = began - listed.size;
      }
      cursor = answer.next_cursor ?? '';
    } while (cursor);
    for (const id of before) if (!listed.has(id) && this.all.get(id)?.role) this.forget(id);
    this.isReady = true;
    this.#readAt = performance.now();
    this.#changes.tell('rooms');
    return isOld;
  }

  /**
   * Takes a server's room in, new or known.
   * @param {any} fields
   */
  take(fields) {
    const room = this.all.get(fields.id) ?? new RoomState(fields.id);
    const { last } = room;
    room.take(fields);
    if (fields.peer) this.#people.take(fields.peer);
    const isNew = !this.all.has(room.id);
    this.all.set(room.id, room);
    if (isNew || room.last?.seq !== last?.seq) this.raise(room);
    this.#changes.tell('room', room.id);
    this.ontake(room);
    return room;
  }

  /** @param {string} id */
  forget(id) {
    this.#left.add(id);
    this.#client.unsubscribe(id);
    if (!this.all.delete(id)) return;
    this.#changes.tell('rooms');
    this.#changes.tell('room', id);
    this.onforget(id);
  }

  /**
   * Takes a room in, and follows it.
   * @param {any} fields
   */
  follow(fields) {
    const room = this.take(fields);
    if (room.role) this.#client.subscribe(room.id, room.epoch === '' ? undefined : room.position);
    return room;
  }

  /** @param {Record<string, unknown>} fields */
  async create(fields) {
    return this.follow((await this.#rest.post('/rooms', fields)).room);
  }

  /** @param {string} userId */
  async openDirect(userId) {
    return this.follow((await this.#rest.put(path`/direct/${userId}`)).room);
  }

  /** @param {string} id @param {string} [token] of an invitation */
  async join(id, token) {
    return this.follow((await this.#rest.post(path`/rooms/${id}/join`, token ? { token } : {})).room);
  }

  /**
   * Reads a room again, or one that one is not in.
   * @param {string} id
   */
  async read(id) {
    return this.take((await this.#rest.get(path`/rooms/${id}`)).room);
  }

  /**
   * Who is in a room.
   * @param {string} id
   */
  async loadMembers(id) {
    /** @type {import('./types.js').Member[]} */
    const members = [];
    let cursor = '';
    do {
      const answer = await this.#rest.get(`${path`/rooms/${id}/members`}?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      members.push(...answer.members);
      cursor = answer.next_cursor ?? '';
    } while (cursor && members.length < MEMBERS_MAX);
    const room = this.all.get(id);
    if (!room) return;
    room.takeMembers(members, this.#people.me.id);
    room.membersReadAt = performance.now();
    room.memberCount = Math.max(members.length, cursor ? room.memberCount : 0);
    for (const kind of /** @type {const} */ (['members', 'receipts', 'room'])) this.#changes.tell(kind, id);
  }

  /**
   * Whether its members were read so short a time ago that nothing can have been missed.
   * @param {RoomState} room
   */
  areMembersFresh(room) {
    return performance.now() - room.membersReadAt < FRESH_MS;
  }
}
