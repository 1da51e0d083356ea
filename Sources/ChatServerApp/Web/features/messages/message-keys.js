// How one gets at what can be done with a message: the bar over it, its menu, the keys on it. One message is a stop of Tab;
// the arrow keys lead to the others.

import { commandOf } from '../../ui/keys.js';

export class MessageKeys {
  #list;
  #where;
  /** What is over the message that somebody points at, and that message's element. */
  #bar = null;
  #pointed = null;

  /**
   * @param {import('./message-list.js').MessageList} list
   * @param {{ chat: any, room: import('../../model/room-state.js').RoomState, isThread: boolean, actions: any, late: any }} where
   */
  constructor(list, where) {
    this.#list = list;
    this.#where = where;
    const element = list.list;
    element.addEventListener('pointerover', (event) => {
      if (event.pointerType === 'mouse') this.#showBar(event.target.closest('.message'));
    });
    element.addEventListener('focusin', (event) => {
      if (event.target.matches('.message:focus-visible')) this.#showBar(event.target);
      this.#reachBar();
    });
    element.addEventListener('focusout', (event) => {
      this.#reachBar(event.relatedTarget);
      if (event.relatedTarget?.closest('.room, .sidebar') && !element.contains(event.relatedTarget)) this.#hideBar();
    });
    element.addEventListener('pointerleave', () => this.#hideBar());
    element.addEventListener('keydown', (event) => this.#key(event));
    element.addEventListener('contextmenu', (event) => this.#contextMenu(event));
    if (matchMedia('(any-pointer: coarse)').matches) this.#addTouch();
    element.addEventListener('click', (event) => this.#clicked(event));
  }

  #addTouch() {
    const { late, actions, room } = this.#where;
    late.use('touch', ({ Touch }) => new Touch(this.#list.list, {
      press: (element, at) => this.#openMenu(element, at),
      swipe: (element) => actions.reply(element.row.message),
      maySwipe: ({ row: { message } }) => !message.pending && !message.deleted && room.may('send'),
    }));
  }

  /** A row has been drawn anew: what is over it may be another. */
  drawn(element) {
    if (this.#bar?.host === element) this.#showBar(element);
  }

  /** Keeps one message a stop of Tab: that which had the focus, or the last. */
  keepStop() {
    const { list } = this.#list;
    if (!list.querySelector('.message[tabindex="0"]')) this.#lastRow()?.setAttribute('tabindex', '0');
    else if (!list.contains(document.activeElement)) this.#makeStop(this.#lastRow());
  }

  focusLast() {
    const last = this.#lastRow();
    if (last) this.#focus(last);
  }

  #lastRow() {
    return [...this.#list.list.querySelectorAll('.message')].at(-1);
  }

  #makeStop(element) {
    for (const other of this.#list.list.querySelectorAll('.message[tabindex="0"]')) if (other !== element) other.tabIndex = -1;
    if (element) element.tabIndex = 0;
  }

  #focus(element) {
    this.#makeStop(element);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest' });
  }

  // The bar and the menu

  #showBar(element) {
    this.#pointed = element;
    const { late, actions } = this.#where;
    late.use('messageActions', ({ makeBar }) => {
      this.#bar ??= makeBar(actions);
      if (this.#pointed === element) this.#placeBar(this.#bar, element);
    });
  }

  #placeBar(bar, element) {
    const message = element?.row?.message;
    const { room, isThread } = this.#where;
    bar.host = element;
    if (!message || message.pending || message.deleted) {
      bar.remove();
      return;
    }
    bar.classList.toggle('may-not-send', !room.may('send'));
    bar.classList.toggle('may-not-react', !room.may('react'));
    bar.classList.toggle('is-in-thread', isThread);
    const column = element.querySelector('.column');
    if (bar.parentElement !== column) column.append(bar);
    placeBeside(bar, element.row.bubble, this.#list.scroller);
    this.#reachBar();
  }

  /** Tab leads into the bar of the message that has the focus; over one that is only pointed at it is passed over. */
  #reachBar(focused = document.activeElement) {
    const isReached = this.#bar?.host?.contains(focused) ?? false;
    for (const button of this.#bar?.children ?? []) button.tabIndex = isReached ? 0 : -1;
  }

  #hideBar() {
    this.#pointed = null;
    if (!this.#bar?.contains(document.activeElement)) this.#bar?.remove();
  }

  #openMenu(element, anchor) {
    const message = element?.row?.message;
    if (message && !message.deleted) this.#where.actions.openMenu(message, element, anchor, this.#where.isThread);
  }

  #contextMenu(event) {
    const element = event.target.closest('.message');
    if (!element || event.target.closest('a') || String(getSelection()) !== '') return;
    event.preventDefault();
    // A finger's long press has its own way, see touch.js.
    if (event.pointerType === 'touch') return;
    this.#openMenu(element, event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : element.row.bubble);
  }

  /** On a touch screen, a tap on a bubble is what a hover is elsewhere. */
  #clicked(event) {
    if (event.pointerType !== 'touch' || event.target.closest('a, button, pre') || !event.target.closest('.bubble')) return;
    this.#openMenu(event.target.closest('.message'), { x: event.clientX, y: event.clientY });
  }

  // The keys

  #key(event) {
    const element = event.target.closest('.message');
    if (!element || event.target !== element) return;
    const { message, bubble } = element.row;
    const { actions, chat } = this.#where;
    const isDone = message.pending || message.deleted;
    const commands = {
      up: () => this.#move(element, -1), down: () => this.#move(element, 1),
      first: () => this.#move(element, 'first'), last: () => this.#move(element, 'last'),
      menu: () => this.#openMenu(element, bubble),
      reply: () => !isDone && actions.reply(message),
      thread: () => !isDone && actions.thread(message.thread ?? message.seq),
      edit: () => !isDone && message.user_id === chat.me.id && actions.edit(message),
      react: () => !isDone && actions.pickReaction(message, bubble),
      copy: () => !isDone && actions.copy(message),
      forward: () => !isDone && actions.forward(message),
      delete: () => !isDone && actions.remove(message),
    };
    const run = commands[commandOf(event, 'message') ?? ''];
    if (!run) return;
    event.preventDefault();
    run();
  }

  #move(element, to) {
    const rows = [...this.#list.list.querySelectorAll('.message')];
    const target = to === 'first' ? rows[0] : to === 'last' ? rows.at(-1) : rows[rows.indexOf(element) + to];
    if (target) this.#focus(target);
    else if (to === 1) this.#where.actions.focusComposer();
  }
}

/** Beside the bubble, where there is room; else over its edge, above or below it, so that its text can be read. */
function placeBeside(bar, bubble, scroller) {
  const around = scroller.getBoundingClientRect();
  const box = bubble.getBoundingClientRect();
  const { width, height } = bar.getBoundingClientRect();
  const isOnLeft = box.left - around.left < around.right - box.right;
  const free = isOnLeft ? around.right - box.right : box.left - around.left;
  const isBeside = free > width + 20;
  const isBelow = !isBeside && box.top - height < around.top;
  bar.classList.toggle('is-above', !isBeside && !isBelow);
  bar.classList.toggle('is-below', isBelow);
  bar.classList.toggle('is-narrow', !isBeside && box.width < width);
  bar.style.top = isBeside ? `${Math.min(4, (box.height - height) / 2)}px` : '';
  bar.style.left = !isBeside ? '' : isOnLeft ? `${box.width + 6}px` : 'auto';
  bar.style.right = !isBeside ? '' : isOnLeft ? 'auto' : `${box.width + 6}px`;
}
