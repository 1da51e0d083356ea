// Who types: the signs of others, which end by themselves, and one's own, which are not sent too often.

const OTHERS_EXPIRE_MS = 8_000;
const REPEAT_MS = 3_000;
const IDLE_MS = 3_000;

/** The people who type, by room. Calls `onChange` whenever that changes. */
export class Typists {
  #timers = new Map();
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** The ids of those who type in a room, in the order in which they began. */
  in(roomId) {
    return [...(this.#timers.get(roomId)?.keys() ?? [])];
  }

  started(roomId, userId) {
    const timers = this.#timers.get(roomId) ?? new Map();
    this.#timers.set(roomId, timers);
    const isNew = !timers.has(userId);
    clearTimeout(timers.get(userId));
    timers.set(userId, setTimeout(() => this.stopped(roomId, userId), OTHERS_EXPIRE_MS));
    if (isNew) this.#onChange();
  }

  stopped(roomId, userId) {
    const timers = this.#timers.get(roomId);
    if (!timers?.has(userId)) return;
    clearTimeout(timers.get(userId));
    timers.delete(userId);
    if (timers.size === 0) this.#timers.delete(roomId);
    this.#onChange();
  }

  clear() {
    for (const timers of this.#timers.values()) {
      for (const timer of timers.values()) clearTimeout(timer);
    }
    this.#timers.clear();
    this.#onChange();
  }
}

/** One's own typing. Calls `send(roomId, isTyping)`: at most every 3 s while it goes on, and once when it stops. */
export class TypingSignal {
  #send;
  #roomId = null;
  #repeatAt = 0;
  #idleTimer = 0;

  constructor(send) {
    this.#send = send;
  }

  typed(roomId) {
    if (this.#roomId !== roomId) this.stop();
    const now = Date.now();
    if (this.#roomId === null || now >= this.#repeatAt) {
      this.#roomId = roomId;
      this.#repeatAt = now + REPEAT_MS;
      this.#send(roomId, true);
    }
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.stop(), IDLE_MS);
  }

  stop() {
    clearTimeout(this.#idleTimer);
    if (this.#roomId === null) return;
    this.#send(this.#roomId, false);
    this.#roomId = null;
  }
}
