// Who types where.

export class Typing {
  #changes;
  #me;
  /**
   * By room and user.
   * @type {Map<string, ReturnType<typeof setTimeout>>}
   */
  #timers = new Map();

  /** @param {import('./changes.js').Changes} changes @param {string} me */
  constructor(changes, me) {
    this.#changes = changes;
    this.#me = me;
  }

  /** @param {import('./room-state.js').RoomState} room @param {{ user_id: string, expires_in_ms?: number }[]} users */
  take(room, users) {
    for (const user of room.typists) this.#stopTimer(room.id, user);
    room.typists = users.map(({ user_id: user }) => user).filter((user) => user !== this.#me);
    for (const { user_id: user, expires_in_ms: ms = 8_000 } of users) {
      this.#timers.set(`${room.id}/${user}`, setTimeout(() => this.stopped(room, user), ms));
    }
    this.#changes.tell('typing', room.id);
  }

  /** @param {import('./room-state.js').RoomState} room @param {string} user */
  stopped(room, user) {
    this.#stopTimer(room.id, user);
    if (!room.typists.includes(user)) return;
    room.typists = room.typists.filter((id) => id !== user);
    this.#changes.tell('typing', room.id);
  }

  /** @param {string} room @param {string} user */
  #stopTimer(room, user) {
    clearTimeout(this.#timers.get(`${room}/${user}`));
    this.#timers.delete(`${room}/${user}`);
  }
}
