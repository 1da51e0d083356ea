// What the page knows, put together: views read it, listen to its changes, and tell it what somebody wants.

import { ChatClient } from '../protocol/connection.js';
import { Outbox } from '../protocol/outbox.js';
import { Changes } from './changes.js';
import { Drafts } from './drafts.js';
import { Events } from './events.js';
import { Histories } from './histories.js';
import { Messages } from './messages.js';
import { People } from './people.js';
import { PresenceBook } from './presence.js';
import { Reading } from './reading.js';
import { Sessions } from './room-session.js';
import { Rooms } from './rooms.js';
import { deviceId, outboxStorage } from './storage.js';
import { Typing } from './typing.js';

/**
 * @typedef {import('./room-state.js').RoomState} RoomState
 * @typedef {import('./types.js').Message} Message
 */

export class Chat {
  changes = new Changes();
  /** How many messages were refused, by room. */
  #refused = /** @type {Map<string, number>} */ (new Map());
  /** Is told of each message of somebody else's that is new, and from which room one was removed. */
  onarrival = (/** @type {RoomState} */ _room, /** @type {Message} */ _message) => {};
  onremoval = (/** @type {RoomState} */ _room, /** @type {string} */ _reason) => {};

  /** @param {import('../protocol/rest.js').Rest} rest @param {import('./types.js').User} user */
  constructor(rest, user) {
    const { changes } = this;
    const me = user.id;
    this.rest = rest;
    const client = new ChatClient({ url: location.origin, client: 'web/1.0', deviceId: deviceId() });
    this.client = client;
    const outbox = new Outbox({ client, userId: me, storage: outboxStorage });
    this.outbox = outbox;
    outbox.addEventListener('change', (event) => this.#outboxChanged(/** @type {CustomEvent} */ (event).detail.room));
    this.drafts = new Drafts(me, changes);
    const people = new People(rest, changes, user);
    this.people = people;
    const rooms = new Rooms({ rest, client, changes, people });
    this.rooms = rooms;
    const sessions = new Sessions(changes);
    this.sessions = sessions;
    this.histories = new Histories(rest, changes, sessions);
    this.reading = new Reading({ rest, client, changes, rooms: rooms.all, me });
    this.messages = new Messages({ rest, client, changes, outbox, sessions, me });
    this.presence = new PresenceBook({ client, changes, people, wanted: () => this.#watched() });
    rooms.ontake = (room) => {
      this.reading.taken(room);
      this.presence.watchSoon();
    };
    rooms.onforget = (id) => sessions.forget(id);
    // Whose presence is shown is known once it is known who is there.
    changes.on('members', () => this.presence.watchSoon());
    this.events = new Events(this, new Typing(changes, me));
  }

  get me() {
    return this.people.me;
  }

  get isReady() {
    return this.rooms.isReady;
  }

  /** @param {Promise<any> | null} [rooms] the first page of them, where it has been asked for */
  async start(rooms = null) {
    await Promise.all([this.loadRooms(rooms), this.drafts.restore()]);
    this.client.connect(this.rooms.positions());
    this.outbox.restore();
  }

  /** @param {Promise<any> | null} [first] */
  async loadRooms(first = null) {
    if (await this.rooms.load(first)) this.reading.askSoon();
    this.presence.watchSoon();
  }

  /** Keeps what is unsent and what is being written, and says nothing more. */
  stop() {
    this.client.close();
    this.drafts.close();
  }

  /** Leaves without a trace in this browser. */
  async forget() {
    this.client.close();
    this.reading.forget();
    this.presence.forget();
    await Promise.all([this.outbox.clear(), this.drafts.clear()]);
  }

  /**
   * Looks at a room: reads what is not there yet. Answers when its history is.
   * @param {RoomState} room
   */
  async open(room) {
    this.sessions.open(room);
    this.changes.tell('session', room.id);
    this.presence.watchSoon();
    if (!room.role) return;
    if (!room.members) this.rooms.loadMembers(room.id).catch(() => {});
    const { timeline } = room;
    if (room.unread > 0 && !timeline.find(room.read + 1) && !(timeline.isAtEnd && timeline.isLoaded)) await this.histories.loadUnread(room);
    else if (!timeline.isLoaded) await this.histories.loadEnd(room);
  }

  /**
   * Looks away.
   * @param {{ seq: number, top: number } | null} place where one looked
   */
  close(place) {
    const id = this.sessions.openId;
    this.sessions.close(place);
    // A room that one only looked at is not in the list.
    const room = this.rooms.get(id);
    if (room && !room.role) this.rooms.forget(room.id);
    this.presence.watchSoon();
  }

  /** @param {RoomState} room @param {Message} message */
  arrived(room, message) {
    this.onarrival(room, message);
  }

  /** @param {RoomState} room @param {string} reason */
  removed(room, reason) {
    this.onremoval(room, reason);
  }

  /**
   * What the server refuses may tell that one has been muted, of which there is no event.
   * @param {string} room
   */
  #outboxChanged(room) {
    this.changes.tell('outbox', room);
    const refused = this.outbox.in(room).filter(({ state, code }) => state === 'failed' && code === 'forbidden').length;
    const wasRefused = this.#refused.get(room) ?? 0;
    this.#refused.set(room, refused);
    if (refused > wasRefused) this.rooms.loadMembers(room).catch(() => {});
  }

  /** Whose presence is shown: of those in the open room, and of those in direct rooms. */
  * #watched() {
    const members = [...this.rooms.get(this.sessions.openId)?.members?.keys() ?? []];
    yield* members.slice(0, 100);
    for (const { peer } of this.rooms.sorted()) if (peer) yield peer;
  }
}
