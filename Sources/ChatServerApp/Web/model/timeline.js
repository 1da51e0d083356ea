// A piece of a room's history, as one scrolls through it: messages in the order of `seq`, without a hole, at most so
// many. The rest is read when it is scrolled to, and what is far away is let go, so that a room of any length costs the
// same. No network, no document.

/** @typedef {import('./types.js').Message} Message */

/** More than this is let go at the far end. */
export const WINDOW_MAX = 300;
const WINDOW_KEPT = 220;

export class Timeline {
  /** @type {Message[]} */
  messages = [];
  isLoaded = false;
  /** Whether there is nothing older, and nothing newer, than what is here. */
  isAtStart = false;
  isAtEnd = false;
  /** Whether the reader looks at the end: then the old goes when new comes; else new is not taken in for ever. */
  isFollowing = true;
  /**
   * Events that came while a page was on its way: it may be older than they are.
   * @type {any[] | null}
   */
  #early = null;

  get first() {
    return this.messages[0];
  }

  get last() {
    return this.messages.at(-1);
  }

  /**
   * The index of a message, or of the place where it would be.
   * @param {number} seq
   */
  indexOf(seq) {
    let low = 0;
    let high = this.messages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.messages[middle].seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} seq */
  find(seq) {
    const message = this.messages[this.indexOf(seq)];
    return message?.seq === seq ? message : undefined;
  }

  /**
   * The message that was sent under an id, if it is here.
   * @param {string} clientMsgId
   */
  findSent(clientMsgId) {
    for (let index = this.messages.length - 1; index >= 0; index -= 1) {
      if (this.messages[index].client_msg_id === clientMsgId) return this.messages[index];
    }
    return undefined;
  }

  /** To be called before a page is asked for. */
  asking() {
    this.#early ??= [];
  }

  /**
   * Takes another piece of the history instead of this one.
   * @param {Message[]} messages @param {{ isAtStart: boolean, isAtEnd: boolean }} edges
   */
  replace(messages, { isAtStart, isAtEnd }) {
    Object.assign(this, { messages, isAtStart, isAtEnd, isLoaded: true });
    this.#catchUp();
  }

  /** @param {Message[]} messages @param {boolean} isAtStart */
  prepend(messages, isAtStart) {
    const known = this.first?.seq ?? Infinity;
    this.messages.unshift(...messages.filter(({ seq }) => seq < known));
    this.isAtStart = isAtStart;
    if (this.messages.length > WINDOW_MAX) {
      this.messages.length = WINDOW_KEPT;
      this.isAtEnd = false;
    }
    this.#catchUp();
  }

  /** @param {Message[]} messages @param {boolean} isAtEnd */
  append(messages, isAtEnd) {
    const known = this.last?.seq ?? 0;
    this.messages.push(...messages.filter(({ seq }) => seq > known));
    this.isAtEnd = isAtEnd;
    this.#trimStart();
    this.#catchUp();
  }

  /** A page that was asked for will not come. */
  gaveUp() {
    this.#catchUp();
  }

  forget() {
    Object.assign(this, { messages: [], isLoaded: false, isAtStart: false, isAtEnd: false });
  }

  /** @param {number} seq */
  hide(seq) {
    const index = this.indexOf(seq);
    if (this.messages[index]?.seq === seq) this.messages.splice(index, 1);
  }

  /**
   * Takes a durable event in. Answers the message that it changed, or undefined.
   * @param {any} event
   * @returns {Message | undefined}
   */
  apply(event) {
    this.#early?.push(event);
    if (!this.isLoaded) return undefined;
    switch (event.event) {
      case 'message.created': return this.#created(event.message);
      case 'message.edited': return this.#edited(event.message);
      case 'message.deleted': return this.#deleted(event.seq);
      case 'reaction.added': return this.#reacted(event, true);
      case 'reaction.removed': return this.#reacted(event, false);
      default: return undefined;
    }
  }

  /** @param {Message} message */
  #created(message) {
    if (!this.isAtEnd || message.seq <= (this.last?.seq ?? 0)) return undefined;
    if (!this.isFollowing && this.messages.length >= WINDOW_MAX) {
      this.isAtEnd = false;
      return undefined;
    }
    this.messages.push(message);
    if (this.isFollowing) this.#trimStart();
    return message;
  }

  /** @param {Message} message */
  #edited(message) {
    const index = this.indexOf(message.seq);
    const known = this.messages[index];
    if (known?.seq !== message.seq || known.deleted || known.version > message.version) return undefined;
    this.messages[index] = { ...known, ...message, mentions: message.mentions, reactions: known.reactions };
    return this.messages[index];
  }

  /** @param {number} seq */
  #deleted(seq) {
    const message = this.find(seq);
    if (!message) return undefined;
    Object.assign(message, { deleted: true, text: '', reactions: {} });
    return message;
  }

  /** @param {any} event @param {boolean} isAdded */
  #reacted({ seq, key, user_id: user }, isAdded) {
    const message = this.find(seq);
    if (!message) return undefined;
    const reactions = { ...message.reactions };
    const users = (reactions[key] ?? []).filter((id) => id !== user);
    if (isAdded) users.push(user);
    if (users.length > 0) reactions[key] = users;
    else delete reactions[key];
    message.reactions = reactions;
    return message;
  }

  #trimStart() {
    if (this.messages.length <= WINDOW_MAX) return;
    this.messages.splice(0, this.messages.length - WINDOW_KEPT);
    this.isAtStart = false;
  }

  #catchUp() {
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.apply(event);
  }
}
