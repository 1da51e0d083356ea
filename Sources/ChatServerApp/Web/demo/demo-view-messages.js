// The messages of one conversation, newest at the end. Only the last ones become elements; scrolling up adds more.

import { h, icon, setChildren } from '../ui/dom.js';
import { dayName, dayOf, timeOfDay } from '../ui/format.js';
import { avatar, hueOf } from '../ui/names.js';
import { richText } from '../ui/rich-text.js';
import { t } from '../ui/texts.js';
import { otherUser } from './demo-rooms.js';

const CHUNK = 60;
const GROUP_MS = 5 * 60_000;
const NEAR_PX = 80;

export class MessagesView {
  /** Called when the end comes into view. */
  onRead = () => {};

  #scroller = document.getElementById('scroller');
  #list = document.getElementById('messages');
  #hint = document.getElementById('messages-hint');
  #toEnd = document.getElementById('to-end');
  #toEndText = document.getElementById('to-end-text');
  #chat = null;
  #room = null;
  #timeline = null;
  #shown = '';
  #limit = CHUNK;
  #length = 0;
  #rows = new Map();
  #isFollowing = true;
  /** Where the end was when it was last shown. */
  #endTop = 0;
  #lastKey = null;

  constructor() {
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#toEnd.addEventListener('click', () => this.#scrollToEnd());
    // The keyboard of a phone, a growing composer or a turned device must not hide the end.
    new ResizeObserver(() => {
      this.#noticeLeaving();
      if (this.#isFollowing) this.#scrollToEnd();
    }).observe(this.#scroller);
  }

  get isAtEnd() {
    return this.#isFollowing;
  }

  /** Shows the end from the next rendering on. */
  followEnd() {
    this.#isFollowing = true;
    this.#endTop = 0;
  }

  render(chat, room) {
    const timeline = chat.timeline(room.id);
    this.#chat = chat;
    this.#room = room;
    if (timeline !== this.#timeline) this.#begin(timeline);
    this.#noticeLeaving();
    // While somebody reads further up, nothing is taken away there for what comes in below.
    if (!this.#isFollowing) this.#limit += Math.max(0, timeline.length - this.#length);
    this.#length = timeline.length;
    // Names may come later than the messages of those who bear them.
    const names = room.memberIds.map((id) => chat.userName(id)).join();
    const shown = `${timeline.version} ${this.#limit} ${names}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#renderRows(timeline);
    }
    if (this.#isFollowing) this.#scrollToEnd();
  }

  clear() {
    this.#begin(null);
    this.#room = null;
  }

  #begin(timeline) {
    this.#timeline = timeline;
    this.#shown = '';
    this.#limit = CHUNK;
    this.#length = 0;
    this.#isFollowing = true;
    this.#endTop = 0;
    this.#lastKey = null;
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#toEnd.hidden = true;
  }

  #renderRows(timeline) {
    const entries = timeline.entries;
    const visible = entries.slice(-this.#limit);
    const rows = new Map();
    const children = [];
    const previousLastKey = this.#lastKey;
    visible.forEach((entry, index) => {
      const before = visible[index - 1];
      const after = visible[index + 1];
      if (!before || dayOf(before.at) !== dayOf(entry.at)) children.push(this.#dayRow(entry, rows));
      children.push(this.#messageRow(entry, !isGrouped(before, entry), !isGrouped(entry, after), rows));
    });
    this.#rows = rows;
    setChildren(this.#list, children);
    this.#showHint(timeline, entries.length);
    this.#lastKey = visible.at(-1)?.key ?? null;
    if (previousLastKey !== null && previousLastKey !== this.#lastKey) this.#came(visible, previousLastKey);
  }

  /** Tells of messages below the part that is in view. */
  #came(visible, previousLastKey) {
    const start = visible.findIndex(({ key }) => key === previousLastKey) + 1;
    const fresh = visible.slice(start).filter(({ userId }) => userId !== this.#chat.me.id);
    if (this.#isFollowing || fresh.length === 0) return;
    this.#toEndText.textContent = 'New messages';
    this.#toEnd.hidden = false;
  }

  #showHint(timeline, length) {
    const isEmpty = timeline.isLoaded && length === 0;
    this.#hint.hidden = !isEmpty && (timeline.isLoaded || length > 0);
    if (this.#hint.hidden) return;
    const name = otherUser(this.#room, this.#chat)?.name;
    this.#hint.textContent = !isEmpty ? t('demoLoading') : name ? t('demoSayHello', { name }) : t('demoFirst');
  }

  #dayRow(entry, rows) {
    const key = `day of ${entry.key}`;
    const name = dayName(entry.at);
    return this.#reuse(rows, key, name, () => (
      h('li', { class: 'day' }, h('span', {}, name))
    ));
  }

  #messageRow(entry, isFirst, isLast, rows) {
    const isMine = entry.userId === this.#chat.me.id;
    const name = isMine ? t('you') : this.#chat.userName(entry.userId);
    const isGroup = otherUser(this.#room, this.#chat) === null;
    const state = entry.state === 'queued' || entry.state === 'failed' ? entry.state : '';
    const signature = [entry.text, entry.at, state, isFirst, isLast, name, isGroup].join('\n');
    return this.#reuse(rows, entry.key, signature, (isReplacement) => {
      const row = h('li', { class: `message ${isMine ? 'mine' : 'theirs'}` });
      row.classList.toggle('first', isFirst);
      row.classList.toggle('last', isLast);
      row.classList.toggle('arriving', !isReplacement && this.#lastKey !== null && entry.state !== 'stored');
      if (!isMine) row.append(isLast ? avatar(name, entry.userId, { size: 'is-small' }) : h('span', { class: 'avatar-space' }));
      row.append(this.#bubble(entry, name, isFirst && !isMine && isGroup, state));
      return row;
    });
  }

  #bubble(entry, name, isNameShown, state) {
    const author = isNameShown
      ? coloured(h('span', { class: 'author' }, name), entry.userId)
      : h('span', { class: 'visually-hidden' }, `${name}: `);
    const text = richText(entry.text, { userOf: () => undefined }, 'div.text');
    const time = h('time', { datetime: new Date(entry.at).toISOString() }, timeOfDay(entry.at));
    const meta = h('span', { class: 'meta' }, time);
    if (state === 'queued') meta.replaceChildren(icon('clock'), t('demoSending'));
    if (state === 'failed') meta.replaceChildren(t('demoNotDelivered'), this.#retryButton(entry));
    return h('div', { class: `bubble ${state}` }, author, text, meta);
  }

  #retryButton(entry) {
    const button = h('button', { class: 'link', type: 'button' }, t('tryAgain'));
    const [chat, roomId] = [this.#chat, this.#room.id];
    button.addEventListener('click', () => chat.resend(roomId, entry.key));
    return button;
  }

  /** The row of this key as it is, where it would look the same; else a new one. */
  #reuse(rows, key, signature, make) {
    const existing = this.#rows.get(key);
    const row = existing?.signature === signature ? existing : { signature, root: make(existing !== undefined) };
    rows.set(key, row);
    return row.root;
  }

  #scrolled() {
    const { scrollTop, clientHeight } = this.#scroller;
    this.#isFollowing = this.#isNearEnd();
    if (this.#isFollowing) {
      this.#toEnd.hidden = true;
      this.onRead();
    }
    if (scrollTop < clientHeight && this.#timeline && this.#timeline.length > this.#limit) this.#showOlder();
  }

  #isNearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  /** The event that tells of scrolling comes a frame late: by then the end must not have been shown again. */
  #noticeLeaving() {
    if (this.#scroller.scrollTop < this.#endTop - 1 && !this.#isNearEnd()) this.#isFollowing = false;
  }

  #showOlder() {
    this.#limit += CHUNK;
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    this.render(this.#chat, this.#room);
    this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd;
  }

  #scrollToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#endTop = this.#scroller.scrollTop;
  }
}

/** Whether two messages belong together: by the same person, on the same day, shortly after each other. */
function isGrouped(first, second) {
  if (!first || !second) return false;
  return first.userId === second.userId && second.at - first.at < GROUP_MS && dayOf(first.at) === dayOf(second.at);
}

/** In the colour of whoever it is about. */
function coloured(element, id) {
  element.style.setProperty('--hue', String(hueOf(id)));
  return element;
}
