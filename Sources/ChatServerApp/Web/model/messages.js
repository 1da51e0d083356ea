// What one does with messages. Each is shown at once, and taken back where the server refuses.

import { keyOf } from './changes.js';

/**
 * @typedef {import('./room-state.js').RoomState} RoomState
 * @typedef {import('./types.js').Message} Message
 */

export class Messages {
  #rest;
  #client;
  #changes;
  #outbox;
  #sessions;
  #me;

  /**
   * @param {{ rest: import('../protocol/rest.js').Rest, client: import('../protocol/connection.js').ChatClient,
   *   changes: import('./changes.js').Changes, outbox: import('../protocol/outbox.js').Outbox,
   *   sessions: import('./room-session.js').Sessions, me: string }} parts
   */
  constructor({ rest, client, changes, outbox, sessions, me }) {
    this.#rest = rest;
    this.#client = client;
    this.#changes = changes;
    this.#outbox = outbox;
    this.#sessions = sessions;
    this.#me = me;
  }

  /** @param {RoomState} room @param {string} text @param {{ replyTo?: number, thread?: number, mentions?: string[] }} [options] */
  send(room, text, options = {}) {
    const { replyTo, thread, mentions } = options;
    this.#outbox.add({ room: room.id, text, ...(replyTo && { reply_to: replyTo }), ...(thread && { thread }),
      ...(mentions?.length && { mentions }) });
  }

  /** @param {RoomState} room @param {Message} message @param {string} text @param {string[]} mentions */
  async edit(room, message, text, mentions) {
    const { edits } = this.#sessions.of(room.id);
    edits.set(message.seq, text);
    try {
      await this.#client.command('message.edit', { room: room.id, seq: message.seq, text, mentions });
    } finally {
      edits.delete(message.seq);
    }
  }

  /**
   * A message's text, also while its edit is on its way: who edits again goes on from there.
   * @param {RoomState} room @param {Message} message
   */
  textOf(room, message) {
    return this.#sessions.of(room.id).edits.get(message.seq) ?? room.timeline.find(message.seq)?.text ?? message.text;
  }

  /** @param {RoomState} room @param {Message} message @param {'all' | 'self'} scope */
  remove(room, message, scope) {
    return this.#client.command('message.delete', { room: room.id, seq: message.seq, scope });
  }

  /** @param {RoomState} room @param {Message} message @param {string} key */
  async react(room, message, key) {
    const isMine = message.reactions?.[key]?.includes(this.#me) ?? false;
    const apply = (/** @type {boolean} */ isAdded) => {
      room.timeline.apply({ event: `reaction.${isAdded ? 'added' : 'removed'}`, seq: message.seq, key, user_id: this.#me });
      this.#changes.tell('message', keyOf(room.id, message.seq));
    };
    apply(!isMine);
    try {
      await this.#client.command(isMine ? 'reaction.remove' : 'reaction.add', { room: room.id, seq: message.seq, key });
    } catch (error) {
      apply(isMine);
      throw error;
    }
  }

  /** @param {string} query @param {string} [roomId] */
  search(query, roomId) {
    return this.#rest.get(`/search?q=${encodeURIComponent(query)}${roomId ? `&room=${encodeURIComponent(roomId)}` : ''}&limit=40`);
  }
}
