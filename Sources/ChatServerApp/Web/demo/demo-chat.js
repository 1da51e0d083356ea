// The state of the signed-in user's chat, and what can be done with it. Knows the transport, but no document.
//
// Events: `change` (at most once a turn, after anything a view may show has changed), `message` (somebody wrote:
// `{ roomId, userId, text }` in `detail`) and `signedout` (the account is gone: a sentence in `detail`).

import { t } from '../ui/texts.js';
import { ApiError } from './demo-api.js';
import { Outbox } from './demo-outbox.js';
import { Ranks, RoomQueue, Timers } from './demo-queue.js';
import { ReadMarks } from './demo-reads.js';
import { Timeline } from './demo-timeline.js';
import { Typists, TypingSignal } from './demo-typing.js';

const ROOMS_REFRESH_MIN_MS = 1_000;
const UNPLACED_MAX = 20;
const HISTORIES_AT_ONCE = 3;
const HISTORIES_AHEAD_MAX = 40;
const UNSETTLED_MAX = 50;
const RETRY_MS = 3_000;

export class Chat extends EventTarget {
  me;
  users = new Map();
  rooms = new Map();
  areRoomsLoaded = false;
  activeRoomId = null;
  connection = { state: 'closed', retryAt: 0 };
  /** `ok`: connected, and up to date; `lost`: neither; `connecting`: on the way from one to the other. */
  status = 'connecting';
  typists = new Typists(() => this.#changed());

  #transport;
  #online = new Set();
  #timelines = new Map();
  #outbox;
  #reads;
  #typing;
  /** Messages of rooms that this page did not know when they came, to be told of when it does. */
  #unplaced = [];
  #ranks = new Ranks();
  /** Rooms whose history was read since the connection opened. */
  #current = new Set();
  #histories = new RoomQueue(HISTORIES_AT_ONCE, (roomId) => this.#loadHistory(roomId));
  #roomsRefreshedAt = 0;
  #timers = new Timers();
  #stopListening = new AbortController();

  constructor(transport, me) {
    super();
    this.me = me;
    this.#transport = transport;
    this.users.set(me.id, me);
    this.#reads = new ReadMarks(me.id);
    this.#outbox = new Outbox(
      me.id, (roomId, text) => transport.sendText(roomId, text), (roomId) => this.#current.has(roomId));
    this.#typing = new TypingSignal((roomId, isTyping) => transport.sendTyping(roomId, isTyping));
  }

  async start() {
    const { signal } = this.#stopListening;
    const on = (type, handle) => this.#transport.addEventListener(type, (e) => handle(e.detail), { signal });
    on('connection', (connection) => this.#connectionChanged(connection));
    on('text', (text) => this.#textReceived(text));
    on('typing', (typing) => this.#typingReceived(typing));
    on('presence', (presence) => this.#presenceReceived(presence));
    addEventListener('storage', () => { this.#reads.reload(); this.#changed(); }, { signal });
    // The rooms come first, so that the connection can begin by naming one of them.
    try {
      await this.#loadRooms();
    } catch {
      // Connecting tells whether the server is there, and loads them then.
    }
    if (!signal.aborted) this.#transport.connect(this.me.id, () => this.rooms.keys().next().value ?? '');
  }

  /** Ends the connection. With `isForgetting`, what was not sent is forgotten, too. */
  stop({ isForgetting }) {
    this.#typing.stop();
    this.#stopListening.abort();
    this.#transport.disconnect();
    // What is still on its way finds another connection than the one it began with, and changes nothing.
    this.connection = { state: 'closed', retryAt: 0 };
    this.typists.clear();
    this.#timers.clear();
    if (isForgetting) this.#outbox.clear();
  }

  retryNow() {
    this.#transport.retryNow();
  }

  /** The user's rooms: in which something came last, first, whatever clocks say; before that as the histories have it. */
  get roomsByActivity() {
    const ranks = this.#ranks;
    return [...this.rooms.values()].sort((a, b) => ranks.of(b.id) - ranks.of(a.id) || this.activityAt(b) - this.activityAt(a));
  }

  activityAt(room) {
    return this.timeline(room.id).last?.at ?? room.createdAt;
  }

  timeline(roomId) {
    let timeline = this.#timelines.get(roomId);
    if (!timeline) {
      timeline = new Timeline(this.#outbox.in(roomId));
      this.#timelines.set(roomId, timeline);
    }
    return timeline;
  }

  userName(userId) {
    return this.users.get(userId)?.name ?? t('demoSomebody');
  }

  isOnline(userId) {
    return userId === this.me.id ? this.connection.state === 'open' : this.#online.has(userId);
  }

  unreadCount(roomId) {
    const timeline = this.timeline(roomId);
    if (!timeline.isLoaded) return 0;
    const read = this.#reads.position(roomId, timeline);
    if (read === timeline.length) return 0;
    return timeline.entries.slice(read).filter(({ userId }) => userId !== this.me.id).length;
  }

  /** Shows a room as the open one (or none), and reads its history where that is not up to date. */
  activate(roomId) {
    if (this.activeRoomId !== roomId) this.#typing.stop();
    this.activeRoomId = roomId;
    if (roomId !== null && this.rooms.has(roomId) && !this.#current.has(roomId)) this.#histories.add(roomId, true);
    this.#changed();
  }

  markRead(roomId) {
    const timeline = this.timeline(roomId);
    if (!timeline.isLoaded || this.#reads.position(roomId, timeline) === timeline.length) return;
    this.#reads.set(roomId, timeline, timeline.length);
    this.#changed();
  }

  send(roomId, text) {
    this.#typing.stop();
    const timeline = this.timeline(roomId);
    timeline.addOutgoing(this.#outbox.add(roomId, text, timeline.lastStoredId));
    this.#ranks.raise(roomId);
    this.#flush();
    this.#changed();
    if (this.#outbox.in(roomId).length > UNSETTLED_MAX) this.#histories.add(roomId);
  }

  resend(roomId, key) {
    const entry = this.#outbox.in(roomId).find((candidate) => candidate.key === key);
    if (!entry) return;
    this.#outbox.retry(entry);
    this.timeline(roomId).touch();
    this.#flush();
    this.#changed();
  }

  typed(roomId) {
    this.#typing.typed(roomId);
  }

  stoppedTyping() {
    this.#typing.stop();
  }

  /** Everybody but oneself, by name. */
  async people() {
    const users = await this.#transport.users();
    for (const user of users) this.users.set(user.id, user);
    return users.filter(({ id }) => id !== this.me.id).sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Makes a room with others in it, and answers its id. */
  async createRoom(name, otherIds) {
    const { room, users } = await this.#transport.createRoom(name, [this.me.id, ...otherIds]);
    for (const user of users) this.users.set(user.id, user);
    this.#addRoom(room);
    this.#ranks.raise(room.id);
    this.#histories.add(room.id);
    this.#changed();
    return room.id;
  }

  #connectionChanged(connection) {
    const wasOpen = this.connection.state === 'open';
    this.connection = connection;
    this.status = connection.state === 'waiting' ? 'lost' : 'connecting';
    if (connection.state === 'open') {
      this.#online.clear();
      this.#sync();
    } else if (wasOpen) {
      this.#current.clear();
      this.#outbox.connectionLost();
      this.typists.clear();
    }
    this.#changed();
  }

  #textReceived({ roomId, userId, text }) {
    this.typists.stopped(roomId, userId);
    const room = this.rooms.get(roomId);
    if (!room || !room.memberIds.includes(userId)) this.#refreshRoomsSoon();
    if (!room) {
      if (this.#unplaced.length < UNPLACED_MAX) this.#unplaced.push({ roomId, userId, text });
      return;
    }
    const timeline = this.timeline(roomId);
    this.#ranks.raise(roomId);
    if (!timeline.receive({ userId, text, at: Date.now() }) || !timeline.isLoaded) this.#histories.add(roomId);
    this.#tellOf({ roomId, userId, text });
    this.#changed();
  }

  #tellOf(message) {
    if (message.userId !== this.me.id) this.dispatchEvent(new CustomEvent('message', { detail: message }));
  }

  #typingReceived({ roomId, userId, isTyping }) {
    if (userId === this.me.id || !this.rooms.has(roomId)) return;
    if (isTyping) this.typists.started(roomId, userId);
    else this.typists.stopped(roomId, userId);
  }

  #presenceReceived({ roomId, userId, isOnline }) {
    if (roomId !== '' && !this.rooms.has(roomId)) this.#refreshRoomsSoon();
    if (isOnline) this.#online.add(userId);
    else this.#online.delete(userId);
    this.#changed();
  }

  /** Reads what may have changed while there was no connection. */
  async #sync() {
    if (this.connection.state !== 'open') return;
    try {
      this.me = await this.#transport.user(this.me.id);
      this.users.set(this.me.id, this.me);
      await this.#loadRooms();
    } catch (error) {
      this.#syncFailed(error);
      return;
    }
    if (this.connection.state === 'open') this.status = 'ok';
    // First what somebody looks at, then what waits to be sent, then the rest, so that it opens at once.
    if (this.activeRoomId !== null && this.rooms.has(this.activeRoomId)) this.#histories.add(this.activeRoomId, true);
    for (const roomId of this.#outbox.roomIds) this.#histories.add(roomId);
    for (const room of this.roomsByActivity.slice(0, HISTORIES_AHEAD_MAX)) this.#histories.add(room.id);
    this.#changed();
  }

  #syncFailed(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) {
      this.dispatchEvent(new CustomEvent('signedout', { detail: t('demoAccountGone') }));
    } else {
      this.status = 'lost';
      this.#changed();
      this.#timers.later('sync', RETRY_MS, () => this.#sync());
    }
  }

  async #loadRooms() {
    this.#roomsRefreshedAt = Date.now();
    const { rooms, users } = await this.#transport.rooms(this.me.id);
    for (const user of users) this.users.set(user.id, user);
    const present = new Set(rooms.map(({ id }) => id));
    for (const id of this.rooms.keys()) {
      if (!present.has(id)) this.#removeRoom(id);
    }
    this.#reads.begin(present);
    for (const room of rooms) {
      if (this.rooms.has(room.id)) this.rooms.set(room.id, room);
      else this.#addRoom(room);
    }
    this.areRoomsLoaded = true;
    this.#changed();
  }

  /** For frames that tell of rooms that this page does not know; one may be of a room that is not the user's. */
  #refreshRoomsSoon() {
    const delayMs = Math.max(0, this.#roomsRefreshedAt + ROOMS_REFRESH_MIN_MS - Date.now());
    this.#timers.later('rooms', delayMs, async () => {
      try {
        await this.#loadRooms();
        for (const id of this.rooms.keys()) {
          if (!this.timeline(id).isLoaded) this.#histories.add(id);
        }
        for (const message of this.#unplaced.splice(0)) {
          if (this.rooms.has(message.roomId)) this.#tellOf(message);
        }
      } catch {
        this.#timers.later('rooms', RETRY_MS, () => this.#refreshRoomsSoon());
      }
    });
  }

  #addRoom(room) {
    this.rooms.set(room.id, room);
    // Says hello to a room that came into being while connected: its people see who is there.
    if (this.connection.state === 'open') this.#transport.sendPresence(room.id);
  }

  #removeRoom(id) {
    this.rooms.delete(id);
    this.#timelines.delete(id);
    this.#current.delete(id);
    this.#ranks.forget(id);
  }

  async #loadHistory(roomId) {
    if (!this.rooms.has(roomId) || this.connection.state !== 'open') return;
    const connection = this.connection;
    const timeline = this.timeline(roomId);
    const mark = timeline.mark();
    let answer;
    try {
      answer = await this.#transport.history(roomId);
    } catch {
      this.#timers.later(`history ${roomId}`, RETRY_MS, () => this.#histories.add(roomId));
      return;
    }
    // An answer that belongs to a connection that broke meanwhile could be older than what is known to be unsure.
    if (connection !== this.connection) return;
    const before = timeline.isLoaded ? timeline.last?.key : null;
    const { settled, lost } = timeline.merge(answer.messages, mark, answer.serverTimeMs);
    // What was missed while there was no connection has come now.
    if (before !== null && timeline.last?.key !== before) this.#ranks.raise(roomId);
    this.#outbox.settle(settled);
    this.#outbox.requeue(lost);
    this.#reads.set(roomId, timeline, this.#reads.position(roomId, timeline));
    this.#current.add(roomId);
    this.#flush();
    this.#changed();
  }

  #flush() {
    this.#outbox.flush((roomId) => {
      this.timeline(roomId).touch();
      this.#changed();
    });
  }

  #changed() {
    if (!this.#stopListening.signal.aborted) this.#timers.later('change', 0, () => this.dispatchEvent(new Event('change')));
  }
}
