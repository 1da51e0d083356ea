// What this user wrote and the server is not yet known to have. It survives a reload of the tab.
//
// The dialect has no acknowledgement, so an entry stays until the room's history shows it (see demo-timeline.js):
//
//   queued ──sent to the connection──▶ sent ──connection lost──▶ unsure ──not in the history──▶ queued
//
// and leaves from `sent` or `unsure` when the history has it. After three attempts it is `failed`, until `retry`.

const ATTEMPTS_MAX = 3;
/** The server takes 10 messages a second from a user, 20 at once, and drops more without a word: stay well below. */
const BURST_MAX = 10;
const INTERVAL_MS = 150;

export class Outbox {
  #key;
  #userId;
  #entries;
  #send;
  #isReady;
  #tokens = BURST_MAX;
  #refilledAt = Date.now();
  #timer = 0;

  /**
   * @param {string} userId
   * @param {(roomId: string, text: string) => boolean} send hands a text to the connection, if there is one
   * @param {(roomId: string) => boolean} isReady whether the room's history was read since the connection opened
   */
  constructor(userId, send, isReady) {
    this.#key = `chat.outbox.${userId}`;
    this.#userId = userId;
    this.#send = send;
    this.#isReady = isReady;
    this.#entries = this.#load();
  }

  /** The entries of a room, oldest first. */
  in(roomId) {
    return this.#entries.filter((entry) => entry.roomId === roomId);
  }

  get roomIds() {
    return [...new Set(this.#entries.map(({ roomId }) => roomId))];
  }

  /** Adds a text. `after` is the id of the room's last message that the history is known to have. */
  add(roomId, text, after) {
    const entry = {
      key: `mine-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
      roomId, userId: this.#userId, text, at: Date.now(), after, attempts: 0, state: 'queued',
    };
    this.#entries.push(entry);
    this.#save();
    return entry;
  }

  /** Removes entries that the server has. */
  settle(entries) {
    if (entries.length === 0) return;
    this.#entries = this.#entries.filter((entry) => !entries.includes(entry));
    this.#save();
  }

  /** Puts entries that never arrived back into the queue, or gives them up. */
  requeue(entries) {
    for (const entry of entries) entry.state = entry.attempts < ATTEMPTS_MAX ? 'queued' : 'failed';
    this.#save();
  }

  retry(entry) {
    entry.attempts = 0;
    entry.state = 'queued';
    this.#save();
  }

  connectionLost() {
    clearTimeout(this.#timer);
    for (const entry of this.#entries) {
      if (entry.state === 'sent') entry.state = 'unsure';
    }
  }

  /** Sends what is queued, in order, no faster than the server takes it. Calls `onSent(roomId)` for each. */
  flush(onSent) {
    clearTimeout(this.#timer);
    for (const entry of this.#entries) {
      if (entry.state !== 'queued' || !this.#isReady(entry.roomId)) continue;
      this.#refill();
      if (this.#tokens < 1) {
        this.#timer = setTimeout(() => this.flush(onSent), INTERVAL_MS);
        break;
      }
      if (!this.#send(entry.roomId, entry.text)) break;
      this.#tokens -= 1;
      entry.attempts += 1;
      entry.state = 'sent';
      onSent(entry.roomId);
    }
    this.#save();
  }

  /** Forgets everything: for logging out. */
  clear() {
    clearTimeout(this.#timer);
    this.#entries = [];
    sessionStorage.removeItem(this.#key);
  }

  #refill() {
    const now = Date.now();
    this.#tokens = Math.min(BURST_MAX, this.#tokens + (now - this.#refilledAt) / INTERVAL_MS);
    this.#refilledAt = now;
  }

  #save() {
    sessionStorage.setItem(this.#key, JSON.stringify(this.#entries));
  }

  #load() {
    let saved;
    try {
      saved = JSON.parse(sessionStorage.getItem(this.#key)) ?? [];
    } catch {
      saved = [];
    }
    for (const entry of saved) {
      if (entry.state === 'sent') entry.state = 'unsure';
    }
    return saved;
  }
}
