// Turns what the server tells into changes of the model: the one place where that happens.

import { keyOf } from './changes.js';

/**
 * @typedef {import('./room-state.js').RoomState} RoomState
 * @typedef {import('./chat.js').Chat} Chat
 */

export class Events {
  #chat;
  #typing;

  /** @param {Chat} chat @param {import('./typing.js').Typing} typing */
  constructor(chat, typing) {
    this.#chat = chat;
    this.#typing = typing;
    const { client } = chat;
    /** @type {Record<string, (detail: any) => void>} */
    const listeners = {
      event: (event) => this.#event(event),
      reset: (reset) => this.#reset(reset),
      welcome: () => this.#welcomed(),
      state: () => chat.changes.tell('connection'),
      typing: ({ room: id, users }) => {
        const room = chat.rooms.get(id);
        if (room) typing.take(room, users);
      },
      receipt: (receipt) => this.#receipt(receipt),
      'marker.updated': ({ room: id, read }) => this.#marker(id, read),
    };
    for (const [name, listener] of Object.entries(listeners)) {
      client.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
    }
  }

  // The connection

  #welcomed() {
    const { rooms, reading, sessions } = this.#chat;
    reading.flush();
    // What happened while there was no connection may have been more than was told.
    if (!rooms.isFresh) reading.compare();
    const open = rooms.get(sessions.openId);
    if (open?.members && !rooms.areMembersFresh(open)) rooms.loadMembers(open.id).catch(() => {});
  }

  /** @param {{ stream: string, code?: string }} reset */
  #reset({ stream, code }) {
    const { rooms } = this.#chat;
    if (stream === 'me') {
      // A page that has just begun has read the rooms a moment ago: their counts tell whether they are others now.
      if (rooms.isFresh) setTimeout(() => this.#makeSure(), 1_000);
      else this.#readAgain();
      return;
    }
    const room = rooms.get(stream);
    if (!room) return;
    if (code === 'not_found' || code === 'forbidden') rooms.forget(stream);
    else this.#refresh(room);
  }

  async #makeSure() {
    const { client, reading } = this.#chat;
    if (client.state === 'open' && (await reading.compare()) === false) await this.#readAgain();
  }

  async #readAgain() {
    const { rooms, client } = this.#chat;
    try {
      await this.#chat.loadRooms();
      for (const [id, position] of Object.entries(rooms.positions())) client.subscribe(id, position);
    } catch {
      // The next connection reads them.
    }
  }

  /**
   * Reads a room again, of which something may have been missed.
   * @param {RoomState} room
   */
  async #refresh(room) {
    const { rooms, reading, histories, sessions, changes } = this.#chat;
    room.last = null;
    await rooms.read(room.id);
    reading.compare();
    if (!room.timeline.isLoaded) return;
    room.timeline.forget();
    changes.tell('history', room.id);
    if (sessions.openId === room.id) await histories.loadEnd(room);
  }

  // Durable events

  /** @param {any} event */
  #event(event) {
    if (event.stream === 'me') {
      this.#mine(event);
      return;
    }
    const { rooms, sessions, changes } = this.#chat;
    const room = rooms.get(event.stream);
    if (!room) return;
    room.offset = event.offset;
    const seq = event.message?.seq ?? event.seq;
    switch (event.event) {
      case 'message.created': this.#created(room, event); return;
      case 'message.edited': this.#edited(room, event.message); break;
      case 'message.deleted': this.#deleted(room, seq); break;
      case 'reaction.added': case 'reaction.removed': break;
      case 'room.updated': this.#updated(room, event); return;
      case 'room.archived': rooms.read(room.id).catch(() => {}); return;
      case 'room.deleted': rooms.forget(room.id); return;
      default: this.#memberChanged(room, event); return;
    }
    const session = sessions.of(room.id);
    this.#apply(room, session.thread, event);
    // What quotes it, here or from another room, says what it says now.
    if (session.quotes.has(seq) && event.event !== 'reaction.added' && event.event !== 'reaction.removed') session.keepQuote(seq, event.message ?? null);
    changes.tell('message', keyOf(room.id, seq));
  }

  /** @param {RoomState} room @param {import('./room-session.js').Thread | null} thread @param {any} event */
  #apply(room, thread, event) {
    room.timeline.apply(event);
    if (!thread || (event.event === 'message.created' && event.message.thread !== thread.seq)) return;
    thread.root.apply(event);
    thread.timeline.apply(event);
  }

  /** @param {RoomState} room @param {any} event */
  #created(room, event) {
    const { message } = event;
    const { reading, sessions, changes, people } = this.#chat;
    room.seq = Math.max(room.seq, message.seq);
    this.#chat.rooms.raise(room);
    if (!room.last || message.seq >= room.last.seq) this.#setLast(room, message);
    this.#typing.stopped(room, message.user_id);
    const isMine = message.user_id === people.me.id;
    if (isMine) this.#wrote(room, message);
    reading.came(room, message);
    this.#apply(room, sessions.of(room.id).thread, event);
    changes.tell('history', room.id);
    if (!isMine && message.seq > room.read) this.#chat.arrived(room, message);
  }

  /**
   * Who has written has seen what is new, and may write.
   * @param {RoomState} room
   * @param {import('./types.js').Message} message
   */
  #wrote(room, message) {
    const { outbox, sessions } = this.#chat;
    outbox.settle(message.client_msg_id ?? '');
    sessions.of(room.id).firstUnread = 0;
    room.mutedUntil = '';
  }

  /** @param {RoomState} room @param {import('./types.js').Message} message */
  #setLast(room, message) {
    room.last = message;
    this.#chat.changes.tell('rooms');
    this.#chat.changes.tell('room', room.id);
  }

  /**
   * Before the history forgets whom the message mentioned.
   * @param {RoomState} room @param {import('./types.js').Message} message
   */
  #edited(room, message) {
    this.#chat.reading.changed(room, message, this.#known(room, message.seq));
    if (room.last?.seq === message.seq) this.#setLast(room, message);
  }

  /** @param {RoomState} room @param {number} seq */
  #known(room, seq) {
    return room.timeline.find(seq) ?? (room.last?.seq === seq ? room.last : undefined);
  }

  /**
   * Before the history forgets what the message said, and whom it mentioned.
   * @param {RoomState} room @param {number} seq
   */
  #deleted(room, seq) {
    const known = this.#known(room, seq);
    this.#chat.reading.went(room, seq, known && { ...known });
    if (room.last?.seq === seq) this.#setLast(room, { ...room.last, deleted: true, text: '' });
  }

  /**
   * What is everybody's of a room has changed; what is one's own of it stays.
   * @param {RoomState} room @param {any} event
   */
  #updated(room, { room: fields }) {
    if (typeof fields !== 'object') return;
    for (const name of /** @type {const} */ (['name', 'visibility', 'archived', 'kind'])) {
      if (name in fields) /** @type {any} */ (room)[name] = fields[name];
    }
    this.#chat.changes.tell('room', room.id);
  }

  /** @param {RoomState} room @param {any} event */
  #memberChanged(room, { event, user_id: user, role }) {
    const { changes, people } = this.#chat;
    switch (event) {
      case 'member.joined':
        room.members?.set(user, { user_id: user, role, read: room.seq, received: room.seq });
        room.memberCount = room.members?.size ?? room.memberCount + 1;
        break;
      case 'member.left': case 'member.kicked': case 'member.banned':
        room.members?.delete(user);
        room.memberCount = room.members?.size ?? Math.max(0, room.memberCount - 1);
        this.#typing.stopped(room, user);
        break;
      case 'member.role_changed': {
        const member = room.members?.get(user);
        if (member) member.role = role;
        if (user === people.me.id) room.role = role;
        break;
      }
      default: return;
    }
    changes.tell('members', room.id);
    changes.tell('room', room.id);
  }

  // One's own stream

  /** @param {any} event */
  #mine(event) {
    const { rooms, people } = this.#chat;
    switch (event.event) {
      case 'room.joined': if (event.room.kind) rooms.follow(event.room); break;
      case 'room.left': {
        const id = typeof event.room === 'string' ? event.room : event.room?.id;
        const room = rooms.get(id);
        rooms.forget(id);
        if (room && event.reason !== 'left') this.#chat.removed(room, event.reason);
        break;
      }
      case 'marker.updated': this.#marker(event.room, event.read); break;
      case 'message.hidden': this.#hidden(event); break;
      case 'settings.updated': people.readMe().catch(() => {}); break;
      default:
    }
  }

  /** @param {{ room: string, seq: number }} event */
  #hidden({ room: id, seq }) {
    const { rooms, reading, changes } = this.#chat;
    const room = rooms.get(id);
    if (!room) return;
    reading.went(room, seq, room.timeline.find(seq) ?? (room.last?.seq === seq ? room.last : undefined));
    room.timeline.hide(seq);
    changes.tell('history', id);
  }

  /** @param {string} id @param {number} read */
  #marker(id, read) {
    const room = this.#chat.rooms.get(id);
    if (room) this.#chat.reading.marked(room, read);
  }

  /** @param {{ room: string, user_id: string, read?: number, received?: number }} receipt */
  #receipt({ room: id, user_id: user, read = 0, received = 0 }) {
    const { rooms, changes, people } = this.#chat;
    const member = rooms.get(id)?.members?.get(user);
    if (member) {
      member.read = Math.max(member.read, read);
      member.received = Math.max(member.received, received);
      changes.tell('receipts', id);
    }
    if (user === people.me.id) this.#marker(id, read);
  }
}
