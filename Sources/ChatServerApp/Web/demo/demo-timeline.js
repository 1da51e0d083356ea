// The messages of one room, as this page knows them. No network, no clock, no document: only the bookkeeping.
//
// Theory of operation. Two sources tell of the same messages: the history, whose messages have ids, and the live
// connection, whose messages have none (and whose own messages are not acknowledged). So a timeline is
//
//   stored   the last history that was read, in its order, and
//   tail     what is not known to be in it: live messages, and one's own from the outbox.
//
// `merge` takes a new history in and finds for each entry of the tail its twin: a message that the last history did
// not have, by the same user, with the same text. What has a twin leaves the tail. Of the others
//
//   - a live message that came before the history was asked for must be in it (the server stores before it sends),
//     so without a twin it has been deleted since: it goes;
//   - a live message that came later stays;
//   - a message of one's own that was given to a connection that broke ("unsure") never arrived: it is lost, and the
//     caller sends it again; one that was given to the present connection ("sent") may still be on its way: it stays.
//
// The other way round, a live message can come after a history that already has it. `receive` suspects that where the
// history brought a recent message that looks the same; it then adds nothing and answers false, and the caller reads
// the history again, which settles it.
//
// An entry: { key, userId, text, at, state }, where `state` is `stored`, `live`, or one of the outbox's: `queued`,
// `sent`, `unsure`, `failed`. The key stays the same when a twin takes an entry's place.

/** A message that is this much older than the answer with the history cannot still be on its way by the connection. */
const IN_FLIGHT_MS = 5_000;

export class Timeline {
  /** Rises with every change. */
  version = 0;
  /** Whether a history was read at all. */
  isLoaded = false;

  #stored = [];
  #tail;
  /** Counts what came live, so that a history can be placed among it. */
  #arrivals = 0;
  /** New in the last history, without a twin, and so recent that the connection may bring it yet. */
  #expected = [];

  /** @param {object[]} outgoing the outbox's entries of this room */
  constructor(outgoing) {
    this.#tail = [...outgoing];
  }

  /** All messages, oldest first. */
  get entries() {
    return this.#tail.length === 0 ? this.#stored : [...this.#stored, ...this.#tail];
  }

  get length() {
    return this.#stored.length + this.#tail.length;
  }

  get last() {
    return this.#tail.at(-1) ?? this.#stored.at(-1);
  }

  /** The id of the last message that the history is known to have: what an outgoing message comes after. */
  get lastStoredId() {
    return this.#stored.at(-1)?.id;
  }

  /** How many messages there are up to the stored one with this id, itself included; null if it is not there. */
  positionAfter(id) {
    const index = this.#stored.findLastIndex((message) => message.id === id);
    return index < 0 ? null : index + 1;
  }

  /** A position as what outlasts the next history: `{ id, more }`, a stored message and how many after it. */
  anchor(position) {
    const stored = Math.min(position, this.#stored.length);
    return { id: this.#stored[stored - 1]?.id ?? null, more: position - stored };
  }

  /** A place among the live messages, to be taken just before a history is asked for. */
  mark() {
    return this.#arrivals;
  }

  addOutgoing(entry) {
    this.#tail.push(entry);
    this.version += 1;
  }

  /** Tells that an entry of the outbox has changed. */
  touch() {
    this.version += 1;
  }

  /** Adds a live message, unless the history may have it already: then answers false, and the history decides. */
  receive({ userId, text, at }) {
    const expected = this.#expected.findIndex((message) => message.userId === userId && message.text === text);
    if (expected >= 0) {
      this.#expected.splice(expected, 1);
      return false;
    }
    this.#arrivals += 1;
    const arrival = this.#arrivals;
    this.#tail.push({ key: `live-${arrival}`, userId, text, at, state: 'live', arrival });
    this.version += 1;
    return true;
  }

  /**
   * Takes a history in (`[{ id, userId, text, at }]`, oldest first), which was asked for at `mark`, and answered when
   * the server's clock showed `serverTimeMs`. Answers `{ settled, lost }`: the outgoing entries that the server has,
   * and those that must be sent again.
   */
  merge(history, mark, serverTimeMs) {
    const keys = new Map(this.#stored.map(({ id, key }) => [id, key]));
    const candidates = new Candidates(history, keys);
    const kept = [];
    const settled = [];
    const lost = [];
    for (const entry of this.#tail) {
      const isLive = entry.state === 'live';
      const twin = isLive || entry.attempts > 0 ? candidates.take(entry) : undefined;
      if (twin) {
        keys.set(twin.id, entry.key);
        if (!isLive) settled.push(entry);
      } else if (!isLive || entry.arrival > mark) {
        if (entry.state === 'unsure') lost.push(entry);
        kept.push(entry);
      }
    }
    this.#stored = history.map((message) => (
      { ...message, key: keys.get(message.id) ?? `id-${message.id}`, state: 'stored' }
    ));
    this.#tail = kept;
    this.#expected = candidates.remaining().filter(({ at }) => serverTimeMs - at < IN_FLIGHT_MS);
    this.isLoaded = true;
    this.version += 1;
    return { settled, lost };
  }
}

/** The messages of a history that were not known before, to be taken once each. */
class Candidates {
  #positions;
  #bySignature = new Map();

  constructor(history, known) {
    this.#positions = new Map(history.map(({ id }, position) => [id, position]));
    for (const message of history) {
      if (known.has(message.id)) continue;
      const signature = signatureOf(message);
      const same = this.#bySignature.get(signature);
      if (same) same.push(message);
      else this.#bySignature.set(signature, [message]);
    }
  }

  /** The first message like `entry`, and after the one that `entry.after` names. */
  take(entry) {
    const same = this.#bySignature.get(signatureOf(entry)) ?? [];
    const after = this.#positions.get(entry.after) ?? -1;
    const index = same.findIndex(({ id }) => this.#positions.get(id) > after);
    return index < 0 ? undefined : same.splice(index, 1)[0];
  }

  remaining() {
    return [...this.#bySignature.values()].flat();
  }
}

function signatureOf({ userId, text }) {
  return `${userId}\n${text}`;
}
