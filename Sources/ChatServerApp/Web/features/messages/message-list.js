// The messages of a room, or of a thread: a row for each, as far as the piece of history that the model holds.

import { keyOf } from '../../model/changes.js';
import { emptyArt, h, oncePerFrame, setChildren } from '../../ui/dom.js';
import { t } from '../../ui/texts.js';
import { itemsOf } from './message-items.js';
import { MessageKeys } from './message-keys.js';
import { MessageRow } from './message-row.js';
import { ScrollPlace } from './scroll-place.js';

/** Nearer to an edge than this, the next page is read. */
const EDGE_PX = 900;
const SCROLL_GATHER_MS = 60;
const FLASH_MS = 2_000;
/** So far below the upper edge is the line "new", when one begins there. */
const NEW_LINE_PX = 24;

export class MessageList {
  #chat;
  #room;
  #thread;
  #actions;
  #offs;
  #keys;
  /** @type {Map<string, any>} */
  #rows = new Map();
  /** Rows to be drawn though their messages are the same: somebody's name is another. @type {Set<any>} */
  #dirty = new Set();
  #scrollTimer = 0;
  #place;
  #resize;
  /** Draws, at most once a frame. */
  renderSoon = oncePerFrame(() => { if (this.scroller.isConnected) this.render(); });

  /**
   * @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room
   * @param {{ thread?: any, actions: any, label: string, late: any, onScroll?: () => void }} options `actions`: what can be
   *   done with a message, see room-view.js
   */
  constructor(chat, room, { thread = null, actions, label, late, onScroll = () => {} }) {
    this.#chat = chat;
    this.#room = room;
    this.#thread = thread;
    this.#actions = actions;
    this.onScroll = onScroll;
    this.list = h('ol.messages', {});
    this.top = h('div.list-top', {});
    this.bottom = h('div.list-bottom', {});
    this.scroller = h('div.scroller', { role: 'log', 'aria-live': 'off', 'aria-label': label, tabindex: '-1',
      onscroll: () => this.#scrolled() }, this.top, this.list, this.bottom);
    this.#place = new ScrollPlace(this.scroller, this.list);
    this.#keys = new MessageKeys(this, { chat, room, isThread: thread !== null, actions, late });
    // The window changes its height, and so do the messages, when a font comes late: the end stays in sight.
    this.#resize = new ResizeObserver(() => {
      this.#place.look();
      if (this.#place.isAtEnd) this.#place.toEnd();
      this.onScroll();
    });
    for (const element of [this.scroller, this.list]) this.#resize.observe(element);
    const { changes } = chat;
    this.#offs = [
      changes.on(['history', 'outbox', 'receipts', 'session'], (ids) => {
        if (ids.has(room.id) || [...this.#rows.values()].some((row) => ids.has(row.linked?.room))) this.renderSoon();
      }),
      changes.on('message', (keys) => this.#messagesChanged(keys)),
      changes.on('person', (ids) => this.#peopleChanged(ids)),
    ];
  }

  stop() {
    for (const off of this.#offs) off();
    this.#resize.disconnect();
    clearTimeout(this.#scrollTimer);
  }

  get timeline() {
    return this.#thread ? this.#thread.timeline : this.#room.timeline;
  }

  /** Whether the newest message is on the screen. */
  get isAtEnd() {
    return this.#place.isAtEnd && this.timeline.isAtEnd;
  }

  // Rendering

  #messagesChanged(keys) {
    const isShown = ({ message }) => message?.seq && keys.has(keyOf(this.#room.id, message.seq));
    const isQuoted = ({ message }) => message?.reply_to && keys.has(keyOf(this.#room.id, message.reply_to));
    const isLinked = ({ linked }) => linked && keys.has(keyOf(linked.room, linked.seq));
    if ([...this.#rows.values()].some((row) => isShown(row) || isQuoted(row) || isLinked(row))) this.renderSoon();
  }

  #peopleChanged(ids) {
    for (const row of this.#rows.values()) {
      if (row.people && [...row.people].some((id) => ids.has(id))) this.#dirty.add(row);
    }
    if (this.#dirty.size > 0) this.renderSoon();
  }

  render() {
    const timeline = this.timeline;
    this.#place.look();
    const anchor = this.isAtEnd ? null : this.#place.anchor();
    const list = { chat: this.#chat, room: this.#room, isThread: this.#thread !== null, actions: this.#actions };
    const rows = new Map();
    for (const item of itemsOf(this.#chat, this.#room, this.#thread)) {
      const known = this.#rows.get(item.key);
      const row = known ?? ('message' in item ? new MessageRow(list, item.isMine) : new SeparatorRow(item.kind));
      if (row.show(item, this.#dirty.has(row))) this.#keys.drawn(row.element);
      rows.set(item.key, row);
    }
    this.#dirty.clear();
    this.#rows = rows;
    setChildren(this.list, [...rows.values()].map(({ element }) => element));
    this.#keys.keepStop();
    this.#renderEdges();
    if (anchor) this.#place.restore(anchor);
    else if (this.#place.isAtEnd) this.#place.toEnd();
    timeline.isFollowing = this.#place.isAtEnd;
    this.#afterScroll();
  }

  #renderEdges() {
    const { timeline } = this;
    const session = this.#chat.sessions.of(this.#room.id);
    const isEmpty = timeline.isLoaded && this.#rows.size === 0;
    const isBusy = !timeline.isLoaded || session.query !== null;
    this.top.className = 'list-top';
    if (session.error && !timeline.isLoaded && session.query === null) {
      this.top.classList.add('is-empty');
      this.top.replaceChildren(h('p', {}, t('cannotLoad')),
        h('button.button', { type: 'button', onclick: () => this.#chat.histories.loadEnd(this.#room) }, t('tryAgain')));
    } else if (!timeline.isLoaded) {
      this.#fillSkeleton();
    } else if (isEmpty) {
      this.top.classList.add('is-empty');
      this.top.replaceChildren(emptyArt('smile'),
        h('p', {}, this.#thread ? t('threadEmpty') : t('roomEmpty')));
    } else if (timeline.isAtStart && !this.#thread) {
      this.top.replaceChildren(h('p.beginning', {}, t('beginning')));
    } else {
      this.top.replaceChildren(isBusy ? spinner() : '');
    }
    this.list.setAttribute('aria-busy', String(isBusy));
    this.bottom.replaceChildren(timeline.isLoaded && !timeline.isAtEnd && session.query !== null ? spinner() : '');
  }

  #fillSkeleton() {
    if (this.top.querySelector('.skeleton')) return;
    this.top.replaceChildren(...Array.from({ length: 7 }, (_, index) => (
      h(`div.skeleton.of-message.is-${index % 3}${index % 4 === 3 ? '.is-mine' : ''}`, { 'aria-hidden': 'true' }, h('i'), h('b')))));
  }

  focusLast() {
    this.#keys.focusLast();
  }

  // Scrolling

  scrollToEnd() {
    this.#place.toEnd();
  }

  /** Forgets that the end was on the screen, before another piece of the history takes the place. */
  leaveEnd() {
    this.#place.isAtEnd = false;
  }

  /** Where one looks, to come back to; null: at the end. */
  get place() {
    const anchor = this.isAtEnd ? null : this.#place.anchor();
    return anchor?.element.row?.message.seq ? { seq: anchor.element.row.message.seq, top: anchor.top } : null;
  }

  /** Goes back to where one looked. Answers whether that is here. */
  goTo({ seq, top }) {
    return this.#goTo(this.elementOf(seq), top);
  }

  /** Begins with what is new. Answers whether that is here. */
  goToNew() {
    return this.#goTo(this.list.querySelector('.separator.is-new'), NEW_LINE_PX);
  }

  #goTo(element, top) {
    if (!element) return false;
    this.#place.toElement(element, top);
    this.#scrolled();
    return true;
  }

  /** Scrolls to a message that is in the list, and marks it for a moment. Answers whether it is. */
  show(seq, { isFlashing = true } = {}) {
    const element = this.elementOf(seq);
    if (!element) return false;
    this.#place.isAtEnd = false;
    element.scrollIntoView({ block: 'center' });
    if (isFlashing) {
      element.classList.add('is-flashed');
      setTimeout(() => element.classList.remove('is-flashed'), FLASH_MS);
    }
    this.#scrolled();
    return true;
  }

  elementOf(seq) {
    return this.list.querySelector(`.message[data-seq="${Number(seq)}"]`);
  }

  #scrolled() {
    this.#place.measure();
    this.timeline.isFollowing = this.#place.isAtEnd;
    if (this.#scrollTimer) return;
    this.#scrollTimer = setTimeout(() => {
      this.#scrollTimer = 0;
      this.#afterScroll();
    }, SCROLL_GATHER_MS);
  }

  #afterScroll() {
    const { timeline } = this;
    const { histories, sessions } = this.#chat;
    const { query, error } = sessions.of(this.#room.id);
    if (!this.#thread && timeline.isLoaded && query === null && !error) {
      // Who reads the end may never look at what is before it.
      const edge = this.#place.isAtEnd ? this.scroller.clientHeight / 2 : EDGE_PX;
      if (this.#place.pxAbove < edge && !timeline.isAtStart) histories.loadOlder(this.#room);
      else if (this.#place.pxBelow < EDGE_PX && !timeline.isAtEnd) histories.loadNewer(this.#room);
    }
    this.onScroll();
  }

  /** The newest message of which something is on the screen. */
  lastSeen() {
    return this.isAtEnd ? this.timeline.last?.seq ?? 0 : this.#place.lastSeen();
  }

  /** Whether the line "new" is out of sight, above. */
  isNewLineAbove() {
    const { firstUnread, isNewSeen } = this.#chat.sessions.of(this.#room.id);
    const { timeline } = this;
    if (firstUnread === 0 || isNewSeen || !timeline.isLoaded) return false;
    const line = this.list.querySelector('.separator.is-new');
    if (!line) return (timeline.first?.seq ?? 0) > firstUnread;
    if (this.#place.isAbove(line)) return true;
    this.#chat.sessions.sawNew(this.#room.id);
    return false;
  }
}

class SeparatorRow {
  #text = '';

  constructor(kind) {
    this.element = h(`li.separator.is-${kind}`);
  }

  show({ text }) {
    if (this.#text === text) return;
    this.#text = text;
    this.element.replaceChildren(h('span', {}, text));
  }
}

function spinner() {
  return h('span.spinner', { role: 'img', 'aria-label': t('loading') });
}
