// The messages of a room, or of a thread: a list of elements for the piece of history that the timeline holds.
//
// Each render makes the list of what should be there, each with a key and a signature of all that it shows; an element
// whose key was there before stays, and is filled anew only where its signature has changed. Before, the view remembers
// a message and where it is on the screen; after, it scrolls so that it is there again; or to the end, if that is where
// the reader was.

import { avatar, bdi, h, icon, setChildren, withMore } from './dom.js';
import { dateAndTime, dayName, dayOf, isJumbo, listOf, oneLine, parse, timeOfDay } from './format.js';
import { t } from './texts.js';

const GROUP_MS = 5 * 60_000;
/** Nearer to an edge than this, the next page is read. */
const EDGE_PX = 900;
const END_PX = 48;

export class MessagesView {
  #chat;
  #room;
  #thread;
  #actions;
  #rows = new Map();
  #isAtEnd = true;
  #flashed = 0;
  #scrollTimer = 0;
  /** What is over the message that somebody points at, and that message's element. */
  #bar = null;
  #pointed = null;
  /** Where the list was scrolled to when it was last looked at. */
  #top = 0;

  /**
   * @param {any} chat @param {any} room
   * @param {{ thread?: any, actions: any, label: string, onScroll?: () => void }} options `actions`: what can be done
   *   with a message, see view-room.js
   */
  constructor(chat, room, { thread = null, actions, label, onScroll = () => {} }) {
    this.#chat = chat;
    this.#room = room;
    this.#thread = thread;
    this.#actions = actions;
    this.onScroll = onScroll;
    this.list = h('ol.messages', {});
    this.top = h('div.list-top', {});
    this.bottom = h('div.list-bottom', {});
    this.scroller = h('div.scroller', { role: 'log', 'aria-live': 'off', 'aria-label': label, tabindex: '0',
      onscroll: () => this.#scrolled() }, this.top, this.list, this.bottom);
    this.list.addEventListener('pointerover', (event) => {
      if (event.pointerType === 'mouse') this.#showBar(event.target.closest('.message'));
    });
    // The date beside the time of day; made when somebody points at it, since it takes long to make.
    this.list.addEventListener('pointerover', ({ target }) => {
      if (target instanceof HTMLTimeElement) target.title ||= dateAndTime(Date.parse(target.dateTime));
    });
    this.list.addEventListener('focusin', (event) => {
      if (event.target.matches('.message:focus-visible')) this.#showBar(event.target);
    });
    this.list.addEventListener('pointerleave', () => this.#hideBar());
    this.list.addEventListener('keydown', (event) => this.#key(event));
    this.list.addEventListener('contextmenu', (event) => this.#contextMenu(event));
    this.list.addEventListener('click', (event) => this.#clicked(event));
    // The window changes its height, and so do the messages, when a font comes late: the end stays in sight.
    this.#resize = new ResizeObserver(() => {
      this.#lookAtPlace();
      if (this.#isAtEnd) this.scrollToEnd();
    });
    for (const element of [this.scroller, this.list]) this.#resize.observe(element);
  }

  #resize;

  stop() {
    this.#resize.disconnect();
    clearTimeout(this.#scrollTimer);
  }

  get timeline() {
    return this.#thread ? this.#thread.timeline : this.#room.timeline;
  }

  /** Whether the newest message is on the screen. */
  get isAtEnd() {
    return this.#isAtEnd && this.timeline.isAtEnd;
  }

  // Rendering

  render() {
    const timeline = this.timeline;
    this.#lookAtPlace();
    const anchor = this.#isAtEnd && timeline.isAtEnd ? null : this.#anchor();
    const items = this.#items();
    const rows = new Map();
    const elements = [];
    for (const item of items) {
      const row = this.#rows.get(item.key) ?? { element: item.make(), signature: null };
      if (row.signature !== item.signature) {
        item.fill(row.element);
        row.signature = item.signature;
        if (this.#bar?.host === row.element) this.#showBar(row.element);
      }
      rows.set(item.key, row);
      elements.push(row.element);
    }
    this.#rows = rows;
    setChildren(this.list, elements);
    this.#renderEdges();
    if (anchor) this.#restore(anchor);
    else this.scrollToEnd();
    timeline.isFollowing = this.#isAtEnd;
    this.#afterScroll();
  }

  #renderEdges() {
    const timeline = this.timeline;
    const room = this.#room;
    const isEmpty = timeline.isLoaded && this.#rows.size === 0;
    const isBusy = !timeline.isLoaded || Boolean(room.busy);
    this.top.className = 'list-top';
    if (room.loadError && !timeline.isLoaded && !room.busy) {
      this.top.classList.add('is-empty');
      this.top.replaceChildren(h('p', {}, t('cannotLoad')),
        h('button.button', { type: 'button', onclick: () => this.#chat.loadEnd(room) }, t('tryAgain')));
    } else if (!timeline.isLoaded) {
      this.#fillSkeleton();
    } else if (isEmpty) {
      this.top.classList.add('is-empty');
      this.top.replaceChildren(h('span.empty-art', { 'aria-hidden': 'true' }, '👋'),
        h('p', {}, this.#thread ? t('threadEmpty') : t('roomEmpty')));
    } else if (timeline.isAtStart && !this.#thread) {
      this.top.replaceChildren(h('p.beginning', {}, t('beginning')));
    } else {
      this.top.replaceChildren(isBusy ? h('span.spinner', { role: 'img', 'aria-label': t('loading') }) : '');
    }
    this.list.setAttribute('aria-busy', String(isBusy));
    this.bottom.replaceChildren(timeline.isLoaded && !timeline.isAtEnd && room.busy ? h('span.spinner', { role: 'img', 'aria-label': t('loading') }) : '');
  }

  #fillSkeleton() {
    if (this.top.querySelector('.skeleton')) return;
    this.top.replaceChildren(...Array.from({ length: 7 }, (_, index) => (
      h(`div.skeleton.of-message.is-${index % 3}${index % 4 === 3 ? '.is-mine' : ''}`, { 'aria-hidden': 'true' }, h('i'), h('b')))));
  }

  #items() {
    const items = [];
    const { messages, isAtEnd } = this.timeline;
    const root = this.#thread?.root.first;
    const shown = root ? [root, ...messages] : messages;
    const counts = this.#threadCounts(messages);
    const readBy = this.#readBy();
    let before = null;
    for (const message of shown) {
      before = this.#add(items, message, before, { counts, readBy });
      if (message === root) before = null;
    }
    if (isAtEnd) {
      for (const entry of this.#chat.outbox.in(this.#room.id)) {
        if ((entry.thread ?? null) !== (this.#thread?.seq ?? null)) {
          if (this.#thread || !entry.thread) continue;
        }
        const message = { ...entry, ts: entry.created_at, reactions: {}, version: 1, pending: entry };
        before = this.#add(items, message, before, { counts, readBy });
      }
    }
    markLast(items);
    return items;
  }

  #add(items, message, before, context) {
    const at = Date.parse(message.ts);
    const day = dayOf(at);
    const isNewDay = !before || before.day !== day;
    if (isNewDay && !this.#thread) {
      items.push(separator(`day ${day}`, 'day', dayName(at)));
    }
    const isNew = !this.#thread && this.#room.unreadFrom > 0 && message.seq >= this.#room.unreadFrom
      && (before?.seq ?? 0) < this.#room.unreadFrom && (before !== null || message.seq === this.#room.unreadFrom);
    if (isNew) items.push(separator('new', 'new', t('newMessages')));
    const isFirst = isNewDay || isNew || before.user !== message.user_id || at - before.at > GROUP_MS
      || Boolean(message.reply_to) || Boolean(message.thread && !this.#thread);
    items.push(this.#messageItem(message, at, isFirst, context));
    return { user: message.user_id, at, day, seq: message.seq ?? before?.seq ?? 0 };
  }

  #messageItem(message, at, isFirst, { counts, readBy }) {
    const chat = this.#chat;
    const isMine = message.user_id === chat.me.id;
    const state = message.pending ? message.pending.state : message.seq <= readBy ? 'read' : 'sent';
    const quoted = message.reply_to ? this.#quote(message.reply_to) : null;
    const context = { message, at, isFirst, isMine, state, quoted, answers: counts.get(message.seq) ?? 0,
      name: chat.nameOf(message.user_id), isFlashed: this.#flashed === message.seq && Boolean(message.seq) };
    const names = message.text?.includes('@') ? chat.users.size : 0;
    for (const id of message.mentions ?? []) chat.user(id);
    return {
      key: `${message.user_id}/${message.client_msg_id ?? message.seq}`,
      isMessage: true, isFirst,
      context,
      get signature() {
        return [message.seq, message.version, message.deleted, message.edited_at, JSON.stringify(message.reactions),
          isFirst, context.isLast, isMine ? state : '', message.pending?.code, quoted?.signature, context.answers, context.name,
          names, context.isFlashed].join('|');
      },
      make: () => h(`li.message${isMine ? '.is-mine' : ''}`, { tabindex: '-1' }),
      fill: (element) => this.#fill(element, context),
    };
  }

  #quote(seq) {
    const message = this.timeline.find(seq) ?? this.#room.timeline.find(seq) ?? this.#room.quoted?.get(seq);
    if (message === undefined) this.#lookUpQuote(seq);
    const name = message ? this.#chat.nameOf(message.user_id) : '';
    const text = message ? (message.deleted ? t('messageDeleted') : oneLine(message.text)) : message === null ? t('messageGone') : '…';
    return { seq, name, text, signature: `${name}:${text}` };
  }

  async #lookUpQuote(seq) {
    const room = this.#room;
    room.quoted ??= new Map();
    if (room.quoted.size > 500) room.quoted.clear();
    room.quoted.set(seq, undefined);
    room.quotesAsked ??= new Set();
    if (room.quotesAsked.has(seq)) return;
    room.quotesAsked.add(seq);
    room.quoted.set(seq, await this.#chat.message(room, seq).catch(() => null));
    this.render();
  }

  #threadCounts(messages) {
    const counts = new Map();
    for (const { thread, deleted } of messages) {
      if (thread && !deleted) counts.set(thread, (counts.get(thread) ?? 0) + 1);
    }
    return counts;
  }

  /** How far somebody else has read. */
  #readBy() {
    let seq = 0;
    for (const { user_id: user, read } of this.#room.members?.values() ?? []) {
      if (user !== this.#chat.me.id && (read ?? 0) > seq) seq = read;
    }
    return seq;
  }

  #fill(element, context) {
    const { message, isFirst, isMine, state, isFlashed } = context;
    element.message = message;
    if (message.seq) element.dataset.seq = message.seq;
    element.classList.toggle('is-first', isFirst);
    element.classList.toggle('is-last', context.isLast);
    element.classList.toggle('is-pending', Boolean(message.pending));
    element.classList.toggle('is-failed', state === 'failed');
    element.classList.toggle('is-flashed', isFlashed);
    const isMentioned = message.mentions?.includes(this.#chat.me.id) && !isMine;
    const bubble = h(`div.bubble${isMentioned ? '.is-mentioned' : ''}`, {},
      this.#author(context), this.#where(message), this.#quoteButton(context), this.#body(message), this.#meta(context));
    element.replaceChildren(
      ...(isMine ? [] : [context.isLast ? this.#avatarButton(message) : h('span.avatar-space')]),
      h('div.column', {}, bubble, this.#reactions(message), this.#answers(context), this.#failure(message)));
  }

  #avatarButton({ user_id: id }) {
    const name = this.#chat.nameOf(id);
    return h('button.avatar-button', { type: 'button', tabindex: '-1', 'aria-label': t('profileOf', { name }),
      onclick: () => this.#actions.profile(id) }, avatar(name, id, { size: 'is-small' }));
  }

  #author({ isFirst, isMine, name, message }) {
    const isShown = isFirst && !isMine && (this.#room.kind !== 'direct' || this.#thread);
    const shown = isMine ? t('you') : name;
    if (!isShown) return h('span.visually-hidden', {}, bdi(shown), ': ');
    const made = h('span.author', {}, bdi(shown), h('span.visually-hidden', {}, ': '));
    made.style.setProperty('--hue', getHue(message.user_id));
    return made;
  }

  #where(message) {
    if (!message.thread || this.#thread) return null;
    return h('button.in-thread', { type: 'button', onclick: () => this.#actions.thread(message.thread) },
      icon('thread'), h('span', {}, t('inThread')));
  }

  #quoteButton({ quoted }) {
    if (!quoted) return null;
    return h('button.quote', { type: 'button', 'aria-label': t('jumpToQuote', quoted), onclick: () => this.#actions.jump(quoted.seq) },
      h('strong', {}, bdi(quoted.name)), h('span', { dir: 'auto' }, quoted.text));
  }

  #body(message) {
    if (message.deleted) return h('p.body.is-deleted', {}, icon('trash'), t('messageDeleted'));
    const body = h(`div.body${isJumbo(message.text) ? '.is-jumbo' : ''}`, { dir: 'auto' });
    for (const part of parse(message.text, (name) => this.#chat.userIdOf(name))) {
      switch (part.kind) {
        case 'block': body.append(h('pre', { dir: 'ltr', tabindex: '0' }, h('code', {}, part.text))); break;
        case 'code': body.append(h('code', {}, part.text)); break;
        case 'link':
          body.append(h('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer nofollow', dir: 'ltr' }, part.text));
          break;
        case 'mention':
          body.append(h(`button.mention${part.user === this.#chat.me.id ? '.is-me' : ''}`, {
            type: 'button', onclick: () => this.#actions.profile(part.user) }, part.text));
          break;
        default: body.append(part.text);
      }
    }
    return body;
  }

  #meta({ message, at, isMine, state }) {
    const edited = message.edited_at && !message.deleted && h('span', {}, t('edited'));
    return h('span.meta', {}, edited,
      h('time', { datetime: message.ts }, timeOfDay(at)),
      isMine && !message.deleted && tick(state));
  }

  #reactions(message) {
    const entries = Object.entries(message.reactions ?? {});
    if (entries.length === 0) return null;
    const mayReact = this.#chat.may('react', this.#room);
    return h('div.reactions', {}, ...entries.map(([key, users]) => {
      const isMine = users.includes(this.#chat.me.id);
      const names = listOf(users.slice(0, 12).map((id) => (id === this.#chat.me.id ? t('you') : this.#chat.nameOf(id))));
      return h(`button.reaction${isMine ? '.is-mine' : ''}`, { type: 'button', disabled: !mayReact, 'aria-pressed': String(isMine),
        title: names, 'aria-label': t('reactionLabel', { key, names, count: users.length }),
        onclick: () => this.#actions.react(message, key) }, h('span', {}, key), h('b', {}, String(users.length)));
    }));
  }

  #answers({ message, answers }) {
    if (answers === 0 || this.#thread) return null;
    return h('button.answers', { type: 'button', onclick: () => this.#actions.thread(message.seq) },
      icon('thread'), t('answers', { count: answers }));
  }

  #failure({ pending }) {
    if (pending?.state !== 'failed') return null;
    return h('p.failure', { role: 'alert' }, icon('alert'), h('span', {}, t(pending.code === 'forbidden' ? 'notAllowed' : 'notSent')),
      h('button.link', { type: 'button', onclick: () => this.#chat.outbox.retry(pending) }, t('tryAgain')),
      h('button.link', { type: 'button', onclick: () => this.#chat.outbox.discard(pending) }, t('discard')));
  }

  // What can be done with a message

  #showBar(element) {
    this.#pointed = element;
    withMore(({ makeBar }) => {
      this.#bar ??= makeBar(this.#actions);
      if (this.#pointed === element) this.#placeBar(this.#bar, element);
    });
  }

  #placeBar(bar, element) {
    const message = element?.message;
    bar.host = element;
    if (!message || message.pending || message.deleted) {
      bar.remove();
      return;
    }
    bar.classList.toggle('may-not-send', !this.#chat.may('send', this.#room));
    bar.classList.toggle('may-not-react', !this.#chat.may('react', this.#room));
    bar.classList.toggle('is-in-thread', Boolean(this.#thread));
    if (bar.parentElement !== element) element.append(bar);
  }

  #hideBar() {
    this.#pointed = null;
    if (!this.#bar?.contains(document.activeElement)) this.#bar?.remove();
  }

  #openMenu(element, anchor) {
    const message = element?.message;
    if (message && !message.deleted) this.#actions.openMenu(message, element, anchor, Boolean(this.#thread));
  }

  #contextMenu(event) {
    const element = event.target.closest('.message');
    if (!element || event.target.closest('a') || String(getSelection()) !== '') return;
    event.preventDefault();
    this.#openMenu(element, event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : element.querySelector('.bubble'));
  }

  /** On a touch screen, a tap on a bubble is what a hover is elsewhere. */
  #clicked(event) {
    if (event.pointerType !== 'touch' || event.target.closest('a, button, pre') || !event.target.closest('.bubble')) return;
    this.#openMenu(event.target.closest('.message'), { x: event.clientX, y: event.clientY });
  }

  #key(event) {
    const element = event.target.closest('.message');
    if (!element || event.target !== element || event.altKey || event.ctrlKey || event.metaKey) return;
    const { message } = element;
    const move = (to) => {
      const rows = [...this.list.querySelectorAll('.message')];
      const target = to === 'first' ? rows[0] : to === 'last' ? rows.at(-1) : rows[rows.indexOf(element) + to];
      if (target) this.focus(target);
      else if (to === 1) this.#actions.focusComposer();
    };
    const isDone = message.pending || message.deleted;
    const commands = {
      ArrowUp: () => move(-1), ArrowDown: () => move(1), Home: () => move('first'), End: () => move('last'),
      Enter: () => this.#openMenu(element, element.querySelector('.bubble')),
      r: () => !isDone && this.#actions.reply(message),
      t: () => !isDone && this.#actions.thread(message.thread ?? message.seq),
      e: () => !isDone && message.user_id === this.#chat.me.id && this.#actions.edit(message),
      '+': () => !isDone && this.#actions.pickReaction(message, element.querySelector('.bubble')),
      c: () => !isDone && this.#actions.copy(message),
      Delete: () => !isDone && this.#actions.remove(message),
    };
    const command = commands[event.key];
    if (!command) return;
    event.preventDefault();
    command();
  }

  focus(element) {
    for (const other of this.list.querySelectorAll('.message[tabindex="0"]')) other.tabIndex = -1;
    element.tabIndex = 0;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest' });
  }

  focusLast() {
    const last = [...this.list.querySelectorAll('.message')].at(-1);
    if (last) this.focus(last);
  }

  // Scrolling

  scrollToEnd() {
    this.#isAtEnd = true;
    const { scroller } = this;
    if (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight) scroller.scrollTop = scroller.scrollHeight;
    this.#top = scroller.scrollTop;
  }

  /** Scrolls to a message that is in the list, and marks it for a moment. Answers whether it is. */
  show(seq, { isFlashing = true } = {}) {
    const element = this.elementOf(seq);
    if (!element) return false;
    this.#isAtEnd = false;
    element.scrollIntoView({ block: 'center' });
    if (isFlashing) {
      this.#flashed = seq;
      element.classList.add('is-flashed');
      setTimeout(() => {
        if (this.#flashed === seq) this.#flashed = 0;
        element.classList.remove('is-flashed');
      }, 2_000);
    }
    this.#scrolled();
    return true;
  }

  elementOf(seq) {
    return this.list.querySelector(`.message[data-seq="${Number(seq)}"]`);
  }

  /** Forgets that the end was on the screen, before another piece of the history takes the place. */
  leaveEnd() {
    this.#isAtEnd = false;
  }

  #anchor() {
    const { scroller, list } = this;
    const top = scroller.getBoundingClientRect().top;
    let low = 0;
    let high = list.children.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list.children[middle].getBoundingClientRect().bottom <= top) low = middle + 1;
      else high = middle;
    }
    // A separator may go when what is above it comes.
    while (list.children[low] && !list.children[low].message) low += 1;
    const element = list.children[low];
    return element ? { element, top: element.getBoundingClientRect().top } : {};
  }

  #restore({ element, top }) {
    if (!element?.isConnected) return;
    const moved = element.getBoundingClientRect().top - top;
    if (Math.abs(moved) >= 1) this.scroller.scrollTop += moved;
  }

  /**
   * Somebody has scrolled up, and the event that says so is still to come: what happens meanwhile must not take them
   * back to the end.
   */
  #lookAtPlace() {
    if (this.#isAtEnd && this.scroller.scrollTop < this.#top - 1) this.#measure();
  }

  #measure() {
    const { scroller } = this;
    this.#isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < END_PX;
    this.#top = scroller.scrollTop;
  }

  #scrolled() {
    this.#measure();
    this.timeline.isFollowing = this.#isAtEnd;
    if (!this.#scrollTimer) {
      this.#scrollTimer = setTimeout(() => {
        this.#scrollTimer = 0;
        this.#afterScroll();
      }, 60);
    }
  }

  #afterScroll() {
    const { scroller } = this;
    if (!this.#thread && this.timeline.isLoaded && !this.#room.busy && !this.#room.loadError) {
      const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      // Who reads the end may never look at what is before it.
      const edge = this.#isAtEnd ? scroller.clientHeight / 2 : EDGE_PX;
      if (scroller.scrollTop < edge && !this.timeline.isAtStart) this.#chat.loadOlder(this.#room);
      else if (below < EDGE_PX && !this.timeline.isAtEnd) this.#chat.loadNewer(this.#room);
    }
    this.onScroll();
  }

  /** The newest message of which something is on the screen. */
  lastSeen() {
    if (this.isAtEnd) return this.timeline.last?.seq ?? 0;
    const { bottom } = this.scroller.getBoundingClientRect();
    const rows = [...this.list.children].filter(({ dataset }) => dataset.seq);
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rows[middle].getBoundingClientRect().top < bottom) low = middle + 1;
      else high = middle;
    }
    return Number(rows[low - 1]?.dataset.seq ?? 0);
  }

  /** Whether the line "new messages" is out of sight, above. */
  isNewLineAbove() {
    const { unreadFrom, timeline } = this.#room;
    if (unreadFrom === 0 || !timeline.isLoaded) return false;
    const line = this.list.querySelector('.separator.is-new');
    if (line && line.getBoundingClientRect().bottom >= this.scroller.getBoundingClientRect().top) this.#room.isNewSeen = true;
    if (this.#room.isNewSeen) return false;
    if (line) return true;
    return (timeline.first?.seq ?? 0) > unreadFrom;
  }
}

function separator(key, kind, text) {
  return {
    key, signature: text, make: () => h(`li.separator.is-${kind}`),
    fill: (element) => element.replaceChildren(h('span', {}, text)),
  };
}

/** The last of each group has the avatar: whose successor begins another group, or is none. */
function markLast(items) {
  items.forEach((item, index) => {
    if (!item.isMessage) return;
    const next = items[index + 1];
    item.context.isLast = !next?.isMessage || next.isFirst;
  });
}

function getHue(id) {
  return avatar('', id).style.getPropertyValue('--hue');
}

/** Clock, tick, double tick. */
function tick(state) {
  const name = { queued: 'clock', sending: 'clock', failed: 'alert', sent: 'check', read: 'checks' }[state];
  const label = { queued: t('waiting'), sending: t('waiting'), failed: t('notSent'), sent: t('sent'), read: t('readByOthers') }[state];
  return h(`span.tick.is-${state}`, { role: 'img', 'aria-label': label, title: label }, icon(name));
}
