// Commands that wait for their acknowledgement, by the ids that were given to them.

import { ChatError } from './rest.js';

export class Commands {
  #waiting = /** @type {Map<string, { resolve: (ack: any) => void, reject: (error: ChatError) => void,
    timer: ReturnType<typeof setTimeout> }>} */ (new Map());
  #nextId = 1;

  /**
   * Sends a command, and answers its acknowledgement.
   * @param {{ send: (data: string) => void }} socket @param {string} type @param {Record<string, unknown>} fields
   * @param {number} timeoutMs
   * @returns {Promise<any>}
   */
  send(socket, type, fields, timeoutMs) {
    const id = String(this.#nextId);
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new ChatError('timeout'));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  /** @param {any} frame */
  acknowledged(frame) {
    this.#take(frame.id)?.resolve(frame);
  }

  /** @param {any} frame */
  refused(frame) {
    this.#take(frame.id)?.reject(new ChatError(frame.code, {
      message: frame.message, retryAfterMs: frame.retry_after_ms, isTemporary: frame.temporary === true,
    }));
  }

  /** The connection is gone: nobody knows what became of those that wait. */
  disconnected() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, timer } of waiting) {
      clearTimeout(timer);
      reject(new ChatError('disconnected'));
    }
  }

  /** @param {string} id */
  #take(id) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    return waiting;
  }
}
