// What somebody has written and the server has not acknowledged.

import { ChatError } from './rest.js';

/**
 * @typedef {{ room: string, text: string, reply_to?: number, thread?: number, mentions?: string[] }} Draft
 * @typedef {Draft & { client_msg_id: string, user_id: string, created_at: string, order: number,
 *   state: 'queued' | 'sending' | 'failed', code?: string }} OutboxEntry
 * @typedef {{ all: (userId: string) => Promise<OutboxEntry[]>, put: (entry: OutboxEntry) => Promise<void>,
 *   delete: (clientMsgId: string) => Promise<void> }} OutboxStorage
 */

/** A random UUID, also on a page that came over plain HTTP, where `crypto.randomUUID` is missing. */
export function uuid() {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * What somebody has written and the server has not acknowledged: kept in a storage that outlasts the page, sent in
 * order, one at a time in each room, as often as it takes. The ids make repetitions harmless.
 *
 * Its events: `change` (`{ room }`), and `sent` (`{ entry, seq }`).
 */
export class Outbox extends EventTarget {
  #client;
  #storage;
  #userId;
  /** @type {OutboxEntry[]} */
  #entries = [];
  #busy = /** @type {Set<string>} */ (new Set());
  #order = 0;

  /** @param {{ client: import('./connection.js').ChatClient, userId: string, storage?: OutboxStorage }} options */
  constructor({ client, userId, storage = new MemoryStorage() }) {
    super();
    this.#client = client;
    this.#storage = storage;
    this.#userId = userId;
    client.addEventListener('welcome', () => this.flush());
  }

  /** Takes up what an earlier page has left. */
  async restore() {
    const known = new Set(this.#entries.map(({ client_msg_id: id }) => id));
    for (const entry of await this.#storage.all(this.#userId)) {
      if (known.has(entry.client_msg_id)) continue;
      if (entry.state === 'sending') entry.state = 'queued';
      this.#entries.push(entry);
    }
    this.#entries.sort((a, b) => a.order - b.order);
    for (const room of new Set(this.#entries.map(({ room }) => room))) this.#changed(room);
    this.flush();
  }

  /**
   * A room's entries, oldest first.
   * @param {string} room
   */
  in(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  get count() {
    return this.#entries.length;
  }

  /** @param {Draft} draft @returns {OutboxEntry} */
  add(draft) {
    this.#order = Math.max(Date.now(), this.#order + 1);
    /** @type {OutboxEntry} */
    const entry = {
      ...draft, client_msg_id: uuid(), user_id: this.#userId, created_at: new Date().toISOString(),
      order: this.#order, state: 'queued',
    };
    this.#entries.push(entry);
    this.#storage.put(entry).catch(() => {});
    this.#changed(entry.room);
    this.flush();
    return entry;
  }

  /** @param {OutboxEntry} entry */
  retry(entry) {
    entry.state = 'queued';
    delete entry.code;
    this.#storage.put(entry).catch(() => {});
    this.#changed(entry.room);
    this.flush();
  }

  /** @param {OutboxEntry} entry */
  discard(entry) {
    this.#remove(entry);
    this.#changed(entry.room);
  }

  /**
   * Removes what turns out to be stored: one's own event may come before the acknowledgement.
   * @param {string} id
   */
  settle(id) {
    const entry = this.#entries.find(({ client_msg_id: known }) => known === id);
    if (entry) this.#remove(entry);
  }

  /** Forgets everything, also in the storage. */
  async clear() {
    const entries = this.#entries;
    this.#entries = [];
    await Promise.all(entries.map((entry) => this.#storage.delete(entry.client_msg_id).catch(() => {})));
  }

  /** Sends what can be sent. */
  flush() {
    if (this.#client.state !== 'open') return;
    for (const entry of this.#entries) {
      if (entry.state === 'queued' && !this.#busy.has(entry.room)) this.#send(entry);
    }
  }

  /** @param {OutboxEntry} entry */
  async #send(entry) {
    const { room } = entry;
    this.#busy.add(room);
    entry.state = 'sending';
    let pauseMs = 0;
    try {
      const ack = await this.#client.command('message.send', bodyOf(entry));
      this.#remove(entry);
      this.dispatchEvent(new CustomEvent('sent', { detail: { entry, seq: ack.seq } }));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.isUnanswered || error.isTemporary) {
        entry.state = 'queued';
        pauseMs = error.isTemporary ? error.retryAfterMs || 1_000 : 0;
      } else {
        entry.state = 'failed';
        entry.code = error.code;
        this.#storage.put(entry).catch(() => {});
      }
    }
    this.#changed(room);
    if (pauseMs > 0) await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
    this.#busy.delete(room);
    this.flush();
  }

  /** @param {OutboxEntry} entry */
  #remove(entry) {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return;
    this.#entries.splice(index, 1);
    this.#storage.delete(entry.client_msg_id).catch(() => {});
  }

  /** @param {string} room */
  #changed(room) {
    this.dispatchEvent(new CustomEvent('change', { detail: { room } }));
  }
}

/** An outbox's storage that forgets with the page. @implements {OutboxStorage} */
export class MemoryStorage {
  /** @type {Map<string, OutboxEntry>} */
  #entries = new Map();

  /** @param {string} userId */
  async all(userId) {
    return [...this.#entries.values()].filter((entry) => entry.user_id === userId);
  }

  /** @param {OutboxEntry} entry */
  async put(entry) {
    this.#entries.set(entry.client_msg_id, entry);
  }

  /** @param {string} clientMsgId */
  async delete(clientMsgId) {
    this.#entries.delete(clientMsgId);
  }
}

/**
 * What is sent of an entry: the same each time, as the server compares it.
 * @param {OutboxEntry} entry
 */
function bodyOf({ room, client_msg_id, text, reply_to, thread, mentions }) {
  return { room, client_msg_id, text, ...(reply_to && { reply_to }), ...(thread && { thread }),
    ...(mentions?.length && { mentions }) };
}
