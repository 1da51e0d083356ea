// How much of each room somebody has read, in this browser: a count of messages, because what arrives live has no id.

const ALL = Number.MAX_SAFE_INTEGER;

export class ReadCounts {
  #key;
  #counts;
  /** Whether this browser has never seen this user: what is there then counts as read. */
  #isFirstVisit;

  constructor(userId) {
    this.#key = `chat.read.${userId}`;
    const saved = this.#load();
    this.#isFirstVisit = saved === null;
    this.#counts = saved ?? {};
  }

  /** Names the rooms that are there at the start; those that come later are unread from their first message. */
  begin(roomIds) {
    if (!this.#isFirstVisit) return;
    this.#isFirstVisit = false;
    for (const id of roomIds) this.#counts[id] = ALL;
    this.#save();
  }

  count(roomId) {
    return this.#counts[roomId] ?? 0;
  }

  /** Notes that `count` messages are read, of a room that has no more than those. */
  set(roomId, count) {
    if (this.#counts[roomId] === count) return;
    this.#counts[roomId] = count;
    this.#save();
  }

  /** A room that is known to hold `length` messages cannot have more that are read. */
  clamp(roomId, length) {
    if (this.count(roomId) > length) this.set(roomId, length);
  }

  /** Takes over what another tab has noted. */
  reload() {
    this.#counts = this.#load() ?? this.#counts;
  }

  #load() {
    try {
      const saved = JSON.parse(localStorage.getItem(this.#key));
      return saved !== null && typeof saved === 'object' ? saved : null;
    } catch {
      return null;
    }
  }

  #save() {
    localStorage.setItem(this.#key, JSON.stringify(this.#counts));
  }
}
