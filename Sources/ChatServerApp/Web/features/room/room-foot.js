// The foot of a conversation: where one writes, or why one cannot; and who else is writing.

import { h, icon, whileBusy } from '../../ui/dom.js';
import { dateAndTime, listOf } from '../../ui/format.js';
import { nameOf } from '../../ui/names.js';
import { t } from '../../ui/texts.js';

const NAMED_MAX = 3;
/** So often is asked whether a mute has ended. */
const ASK_AGAIN_MS = 20_000;
/** A mute until so far away is one without an end. */
const FOREVER_MS = 365 * 86_400_000;

export class RoomFoot {
  #chat;
  #room;
  #app;
  #composer;
  #offs;
  #timer = 0;

  /**
   * @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room
   * @param {any} app @param {import('../composer/composer.js').Composer} composer
   */
  constructor(chat, room, app, composer) {
    this.#chat = chat;
    this.#room = room;
    this.#app = app;
    this.#composer = composer;
    this.typing = h('p.typing', { role: 'status' });
    this.element = h('div.room-foot', {});
    const { changes } = chat;
    this.#offs = [
      changes.on(['room', 'members'], (ids) => { if (ids.has(room.id)) this.render(); }),
      changes.on('typing', (ids) => { if (ids.has(room.id)) this.#renderTyping(); }),
      changes.on('person', (ids) => { if (room.typists.some((id) => ids.has(id))) this.#renderTyping(); }),
    ];
    this.render();
    this.#renderTyping();
  }

  stop() {
    for (const off of this.#offs) off();
    clearTimeout(this.#timer);
  }

  get mayWrite() {
    return this.element.dataset.kind === 'write';
  }

  render() {
    const room = this.#room;
    const kind = !room.role ? 'join' : room.archived ? 'archived' : room.may('send') ? 'write' : room.isMuted() ? 'muted' : 'read';
    const key = kind === 'muted' ? `${kind} ${room.mutedUntil}` : kind;
    if (this.element.dataset.for === key) return;
    const wasShown = this.element.dataset.for !== undefined;
    Object.assign(this.element.dataset, { kind, for: key });
    clearTimeout(this.#timer);
    if (kind === 'write') {
      this.element.replaceChildren(this.#composer.element);
      if (wasShown && matchMedia('(pointer: fine)').matches) this.#composer.focus();
    } else if (kind === 'join') this.#renderJoin();
    else this.element.replaceChildren(h('p.read-only', {}, icon(kind === 'muted' ? 'mute' : 'lock'), this.#reason(kind)));
    if (kind === 'muted') this.#waitForEnd();
  }

  #reason(kind) {
    if (kind !== 'muted') return t(kind === 'archived' ? 'isArchived' : 'mayOnlyRead');
    const until = Date.parse(this.#room.mutedUntil);
    return until - Date.now() > FOREVER_MS ? t('youAreMuted') : t('youAreMutedUntil', { until: dateAndTime(until) });
  }

  /** A mute ends by itself, or because somebody ends it, of which there is no event. */
  #waitForEnd() {
    const leftMs = Date.parse(this.#room.mutedUntil) - Date.now();
    this.#timer = setTimeout(() => {
      this.element.dataset.for = '';
      this.#chat.rooms.loadMembers(this.#room.id).catch(() => {}).finally(() => this.render());
    }, Math.min(leftMs + 100, ASK_AGAIN_MS));
  }

  #renderJoin() {
    const join = h('button.button.is-primary', { type: 'button', onclick: () => whileBusy(join, async () => {
      const room = await this.#app.attempt(this.#chat.rooms.join(this.#room.id));
      if (room) this.#app.reopen();
    }) }, t('join'));
    this.element.replaceChildren(h('p.read-only.is-join', {}, h('span', {}, t('joinToRead')), join));
  }

  #renderTyping() {
    const { typists } = this.#room;
    const count = typists.length;
    const names = typists.slice(0, NAMED_MAX).map((id) => nameOf(this.#chat, id));
    const text = count === 0 ? '' : count > NAMED_MAX ? t('manyTyping') : t('typing', { names: listOf(names), count });
    if (this.typing.textContent === text) return;
    this.typing.replaceChildren(...(text ? [h('span.dots', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), h('span', { dir: 'auto' }, text)] : []));
  }
}
