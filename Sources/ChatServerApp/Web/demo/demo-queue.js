// What is to be done for rooms: their histories to be loaded, and things to be done later.

/** Loads rooms, a few at once, each at most once at a time; a room that is added while it loads is loaded again. */
export class RoomQueue {
  #limit;
  #load;
  #waiting = [];
  #running = new Set();

  constructor(limit, load) {
    this.#limit = limit;
    this.#load = load;
  }

  add(roomId, isUrgent = false) {
    if (isUrgent) this.#waiting = this.#waiting.filter((id) => id !== roomId);
    if (this.#waiting.includes(roomId)) return;
    if (isUrgent) this.#waiting.unshift(roomId);
    else this.#waiting.push(roomId);
    this.#next();
  }

  async #next() {
    const index = this.#waiting.findIndex((id) => !this.#running.has(id));
    if (index < 0 || this.#running.size >= this.#limit) return;
    const [roomId] = this.#waiting.splice(index, 1);
    this.#running.add(roomId);
    try {
      await this.#load(roomId);
    } finally {
      this.#running.delete(roomId);
      this.#next();
    }
  }
}

/** Things to be done after a while, each by a name under which it waits once. */
export class Timers {
  #timers = new Map();

  later(name, delayMs, action) {
    if (this.#timers.has(name)) return;
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      action();
    }, delayMs));
  }

  clear() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** In which order something came in the rooms, since this page is open: the higher, the later. */
export class Ranks {
  #ranks = new Map();
  #last = 0;

  of(roomId) {
    return this.#ranks.get(roomId) ?? 0;
  }

  forget(roomId) {
    this.#ranks.delete(roomId);
  }

  raise(roomId) {
    this.#last += 1;
    this.#ranks.set(roomId, this.#last);
  }
}
