// How far each room has been read, in this browser.
//
// A mark is `{ id, more }`: the last message that was read and is known to be stored, and how many after it were read,
// too (what arrives live has no id yet). `id` is null before the first message. A mark whose message is not there any
// more counts as the end: better nothing unread than a room's whole history.

const EVERYTHING = { id: null, more: Number.MAX_SAFE_INTEGER };

export class ReadMarks {
  #key;
  #marks;
  /** Whether this browser has never seen this user: what is there then counts as read. */
  #isFirstVisit;

  constructor(userId) {
    this.#key = `chat.read.${userId}`;
    const saved = this.#load();
    this.#isFirstVisit = saved === null;
    this.#marks = saved ?? {};
  }

  /** Names the rooms that are there at the start; those that come later are unread from their first message. */
  begin(roomIds) {
    if (!this.#isFirstVisit) return;
    this.#isFirstVisit = false;
    for (const id of roomIds) this.#marks[id] = EVERYTHING;
    this.#save();
  }

  /** How many messages of a timeline, from its beginning, are read. */
  position(roomId, timeline) {
    const { id, more } = this.#marks[roomId] ?? { id: null, more: 0 };
    const before = id === null ? 0 : timeline.positionAfter(id);
    return before === null ? timeline.length : Math.min(before + more, timeline.length);
  }

  /** Notes that the first `position` messages of a timeline are read. */
  set(roomId, timeline, position) {
    const mark = timeline.anchor(position);
    const previous = this.#marks[roomId];
    if (previous && previous.id === mark.id && previous.more === mark.more) return;
    this.#marks[roomId] = mark;
    this.#save();
  }

  /** Takes over what another tab has noted. */
  reload() {
    this.#marks = this.#load() ?? this.#marks;
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
    localStorage.setItem(this.#key, JSON.stringify(this.#marks));
  }
}
