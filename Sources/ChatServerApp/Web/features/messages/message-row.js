// One message on the screen. What it shows is compared with what it showed; only what is another is drawn.

import { bdi, h, icon, setChildren } from '../../ui/dom.js';
import { dateAndTime, listOf, timeOfDay } from '../../ui/format.js';
import { isJumbo } from '../../ui/markup.js';
import { avatar, nameOf, titleOf } from '../../ui/names.js';
import { richText } from '../../ui/rich-text.js';
import { t } from '../../ui/texts.js';

const REACTORS_MAX = 12;

/**
 * @typedef {'queued' | 'sending' | 'failed' | 'sent' | 'read'} SendState
 * @typedef {{ key: string, message: any, at: number, isFirst: boolean, isLast: boolean, isMine: boolean, state: SendState,
 *   quoted: { seq: number, user: string, text: string } | null, answers: number,
 *   linked?: { room: string, seq: number, user: string, text: string } | null }} Item `isFirst`, `isLast`: of those
 *   that stand together
 */

export class MessageRow {
  #list;
  /** @type {Item | null} */
  #item = null;
  #shown = /** @type {unknown[]} */ ([]);
  /** Whose names are shown. @type {Set<string>} */
  people = new Set();
  /** Of which room it shows a message that it links to. */
  get linked() {
    return this.#item?.linked;
  }

  /**
   * @param {{ chat: import('../../model/chat.js').Chat, room: import('../../model/room-state.js').RoomState,
   *   isThread: boolean, actions: any }} list `actions`: what can be done with a message, see room-view.js
   * @param {boolean} isMine
   */
  constructor(list, isMine) {
    this.#list = list;
    this.element = h(`li.message${isMine ? '.is-mine' : ''}`, { tabindex: '-1' });
    this.element.row = this;
  }

  get message() {
    return this.#item?.message;
  }

  get bubble() {
    return this.element.querySelector('.bubble');
  }

  /**
   * Shows a message. Answers whether that was anything to draw.
   * @param {Item} item @param {boolean} isForced whether somebody's name may be another
   */
  show(item, isForced = false) {
    const { message } = item;
    const shown = [message.seq, message.version, message.deleted, message.edited_at, message.reactions, item.isFirst, item.isLast,
      message.pending?.code, item.state === 'failed', item.quoted?.text, item.quoted?.user, item.answers, item.linked?.text, item.linked?.user];
    const wasState = this.#item?.state;
    this.#item = item;
    if (!isForced && this.#shown.length > 0 && shown.every((value, index) => value === this.#shown[index])) {
      if (wasState !== item.state && item.isMine) this.#renewTick();
      return false;
    }
    this.#shown = shown;
    this.#draw();
    return true;
  }

  #draw() {
    const { element } = this;
    const item = /** @type {Item} */ (this.#item);
    const { message, isMine, state } = item;
    const { chat } = this.#list;
    this.people = new Set([message.user_id, ...message.mentions ?? [], ...item.quoted ? [item.quoted.user] : [], ...item.linked?.user ? [item.linked.user] : []]);
    for (const id of message.mentions ?? []) chat.people.get(id);
    if (message.seq) element.dataset.seq = String(message.seq);
    element.classList.toggle('is-first', item.isFirst);
    element.classList.toggle('is-last', item.isLast);
    element.classList.toggle('is-pending', Boolean(message.pending));
    element.classList.toggle('is-failed', state === 'failed');
    const isMentioned = message.mentions?.includes(chat.me.id) && !isMine;
    const isBare = !message.deleted && !message.reply_to && isJumbo(message.text);
    const bubble = h(`div.bubble${isMentioned ? '.is-mentioned' : ''}${isBare ? '.is-bare' : ''}`, {},
      this.#author(item), this.#where(message), this.#quote(item), this.#body(message), this.#linked(item), this.#meta(item));
    // The bar stays where it is: somebody may be about to click on it.
    const column = element.querySelector(':scope > .column') ?? h('div.column');
    const bar = column.querySelector(':scope > .message-bar');
    setChildren(column, [bubble, this.#reactions(message), this.#answers(item), this.#failure(message), bar].filter(Boolean));
    setChildren(element, [...(isMine ? [] : [item.isLast ? this.#avatarButton(message) : h('span.avatar-space')]), column]);
  }

  #avatarButton({ user_id: id }) {
    const name = nameOf(this.#list.chat, id);
    return h('button.avatar-button', { type: 'button', tabindex: '-1', 'aria-label': t('profileOf', { name }),
      onclick: () => this.#list.actions.profile(id) }, avatar(name, id, { size: 'is-small' }));
  }

  #author({ isFirst, isMine, message }) {
    const { room, isThread, chat } = this.#list;
    const name = isMine ? t('you') : nameOf(chat, message.user_id);
    if (!isFirst || isMine || (room.kind === 'direct' && !isThread)) return h('span.visually-hidden', {}, bdi(name), ': ');
    const made = h('span.author', {}, bdi(name), h('span.visually-hidden', {}, ': '));
    made.style.setProperty('--hue', avatar('', message.user_id).style.getPropertyValue('--hue'));
    return made;
  }

  #where(message) {
    if (!message.thread || this.#list.isThread) return null;
    return h('button.in-thread', { type: 'button', onclick: () => this.#list.actions.thread(message.thread) },
      icon('thread'), h('span', {}, t('inThread')));
  }

  #quote({ quoted }) {
    if (!quoted) return null;
    const name = quoted.user ? nameOf(this.#list.chat, quoted.user) : '';
    return h('button.quote', { type: 'button', 'aria-label': t('jumpToQuote', { name, text: quoted.text }),
      onclick: () => this.#list.actions.jump(quoted.seq) },
    h('strong', {}, bdi(name)), h('span', { dir: 'auto' }, quoted.text));
  }

  /** What a link leads to, where it is a message of a room of one's own that is there. */
  #linked({ linked }) {
    if (!linked?.user) return null;
    const { chat, actions } = this.#list;
    const name = nameOf(chat, linked.user);
    const title = titleOf(chat, /** @type {any} */ (chat.rooms.get(linked.room)));
    return h('button.quote.is-linked', { type: 'button', 'aria-label': t('openLinked', { name, room: title, text: linked.text }),
      onclick: () => actions.open(linked.room, linked.seq) },
    h('strong', {}, bdi(name), ' · ', bdi(title)), h('span', { dir: 'auto' }, linked.text));
  }

  #body(message) {
    const { chat, actions } = this.#list;
    if (message.deleted) return h('p.body.is-deleted', {}, icon('trash'), t('messageDeleted'));
    return richText(message.text, { userOf: (name) => chat.people.idOf(name), me: chat.me.id, profile: actions.profile });
  }

  #meta({ message, at, isMine, state }) {
    const edited = message.edited_at && !message.deleted && h('span', {}, t('edited'));
    return h('span.meta', {}, edited,
      // The date beside the time of day; made when somebody points at it, since it takes long to make.
      h('time', { datetime: message.ts, onpointerover: ({ currentTarget: time }) => { time.title ||= dateAndTime(at); } }, timeOfDay(at)),
      isMine && !message.deleted && tick(state));
  }

  #renewTick() {
    this.element.querySelector('.tick')?.replaceWith(tick(/** @type {Item} */ (this.#item).state));
  }

  #reactions(message) {
    const entries = Object.entries(message.reactions ?? {});
    if (entries.length === 0) return null;
    const { chat, room, actions } = this.#list;
    const mayReact = room.may('react');
    return h('div.reactions', {}, ...entries.map(([key, users]) => {
      const isMine = users.includes(chat.me.id);
      const named = users.slice(0, REACTORS_MAX);
      for (const id of named) this.people.add(id);
      const names = listOf(named.map((id) => (id === chat.me.id ? t('you') : nameOf(chat, id))));
      return h(`button.reaction${isMine ? '.is-mine' : ''}`, { type: 'button', disabled: !mayReact, 'aria-pressed': String(isMine),
        title: names, 'aria-label': t('reactionLabel', { key, names, count: users.length }),
        onclick: () => actions.react(message, key) }, h('span', {}, key), h('b', {}, String(users.length)));
    }));
  }

  #answers({ message, answers }) {
    if (answers === 0 || this.#list.isThread) return null;
    return h('button.answers', { type: 'button', onclick: () => this.#list.actions.thread(message.seq) },
      icon('thread'), t('answers', { count: answers }));
  }

  #failure({ pending }) {
    if (pending?.state !== 'failed') return null;
    const { outbox } = this.#list.chat;
    return h('p.failure', { role: 'alert' }, icon('alert'), h('span', {}, t(pending.code === 'forbidden' ? 'notAllowed' : 'notSent')),
      h('button.link', { type: 'button', onclick: () => outbox.retry(pending) }, t('tryAgain')),
      h('button.link', { type: 'button', onclick: () => outbox.discard(pending) }, t('discard')));
  }
}

/** Clock, tick, double tick. */
function tick(state) {
  const name = { queued: 'clock', sending: 'clock', failed: 'alert', sent: 'check', read: 'checks' }[state];
  const label = { queued: t('waiting'), sending: t('waiting'), failed: t('notSent'), sent: t('sent'), read: t('readByOthers') }[state];
  return h(`span.tick.is-${state}`, { role: 'img', 'aria-label': label, title: label }, icon(name));
}
