// The list of rooms, and what stands above and below it: search, the ways to new rooms, oneself.

import { addArrowKeys, emptyArt, h, icon, iconButton, setChildren, skeleton } from '../../ui/dom.js';
import { t } from '../../ui/texts.js';
import { OwnMenu } from './own-menu.js';
import { RoomRow } from './room-row.js';

/** A burst of messages is one change of the list. */
const RENDER_DELAY_MS = 30;

export class RoomList {
  #chat;
  #app;
  /** @type {Map<string, RoomRow>} */
  #rows = new Map();
  #me;
  #offs;
  #timer = 0;
  #clock;
  /** Which rows are to be drawn; null: all of them, and their order. @type {Set<string> | null} */
  #dirty = new Set();

  /** @param {import('../../model/chat.js').Chat} chat @param {any} app */
  constructor(chat, app) {
    this.#chat = chat;
    this.#app = app;
    this.#me = new OwnMenu(chat, app);
    this.list = h('ul.rooms', {});
    this.empty = h('div.rooms-empty', { hidden: true },
      emptyArt('compose'), h('p', {}, t('noRooms')),
      h('button.button.is-primary', { type: 'button', onclick: () => app.openNew('direct') }, t('findPeople')),
      h('button.button', { type: 'button', onclick: () => app.openNew('group') }, t('newGroup')),
      h('button.button', { type: 'button', onclick: () => app.openPublicRooms() }, t('browseRooms')));
    const add = iconButton('compose', t('newRoom'), () => this.#openAdd(add), { 'aria-haspopup': 'menu' });
    this.element = h('aside.sidebar', { 'aria-label': t('rooms') },
      h('header.sidebar-head', {}, h('h2', {}, h('img', { src: '/assets/icon.svg', alt: '', width: '28', height: '28' }), t('rooms')), add),
      h('button.search-button', { type: 'button', onclick: () => app.openSearch(null) },
        icon('search'), h('span', {}, t('search')), h('kbd', {}, 'Ctrl K')),
      h('nav.rooms-nav', { 'aria-label': t('yourRooms') }, this.list, this.empty), this.#me.element);
    this.list.replaceChildren(...skeleton(6, 'of-room').map((element) => h('li', { 'aria-hidden': 'true' }, element)));
    addArrowKeys(this.list, 'a');
    const { changes } = chat;
    this.#offs = [
      changes.on('rooms', () => this.#renderSoon(null)),
      changes.on(['room', 'typing', 'outbox', 'session'], (ids) => this.#renderSoon(ids)),
      changes.on('draft', (keys) => this.#renderSoon([...keys].map((key) => key.split('/')[0]))),
      changes.on(['person', 'presence'], (ids) => this.#renderSoon(this.#rowsWith(ids))),
      changes.on(['person', 'presence', 'connection'], () => this.#me.render()),
    ];
    // "Yesterday" comes at midnight, whether or not somebody writes.
    this.#clock = setInterval(() => this.#renderSoon(null), 60_000);
    this.#me.render();
  }

  stop() {
    for (const off of this.#offs) off();
    clearTimeout(this.#timer);
    clearInterval(this.#clock);
  }

  #openAdd(anchor) {
    const app = this.#app;
    app.late.use('menu', ({ openMenu }) => openMenu(anchor, t('newRoom'), [
      { label: t('newDirect'), icon: 'user', run: () => app.openNew('direct') },
      { label: t('newGroup'), icon: 'users', run: () => app.openNew('group') },
      { label: t('newChannel'), icon: 'megaphone', run: () => app.openNew('channel') },
      null,
      { label: t('browseRooms'), icon: 'compass', run: () => app.openPublicRooms() },
    ]));
  }

  #rowsWith(people) {
    return [...this.#rows].filter(([, row]) => [...row.people].some((id) => people.has(id))).map(([id]) => id);
  }

  /** @param {Iterable<string> | null} ids null: all of them */
  #renderSoon(ids) {
    if (ids === null) this.#dirty = null;
    else if (this.#dirty) for (const id of ids) this.#dirty.add(id);
    if (this.#timer || this.#dirty?.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      const dirty = this.#dirty;
      if (dirty === null) this.render();
      else this.#renderRows(dirty);
    }, RENDER_DELAY_MS);
  }

  render() {
    const chat = this.#chat;
    this.#dirty = new Set();
    this.#me.render();
    if (!chat.isReady) return;
    const rows = new Map();
    const now = Date.now();
    for (const room of chat.rooms.sorted()) {
      if (!room.role) continue;
      const row = this.#rows.get(room.id) ?? new RoomRow(chat, room, () => this.#app.showRoom(room.id));
      row.render(now);
      rows.set(room.id, row);
    }
    this.#rows = rows;
    setChildren(this.list, [...rows.values()].map(({ element }) => element));
    this.list.hidden = rows.size === 0;
    this.empty.hidden = rows.size > 0;
    this.#showUnread();
  }

  #renderRows(ids) {
    this.#dirty = new Set();
    for (const id of ids) this.#rows.get(id)?.render();
    this.#showUnread();
  }

  #showUnread() {
    this.#app.showUnread([...this.#chat.rooms.all.values()].filter(({ unread }) => unread > 0).length);
  }

  /** The room above or below the open one, by its id. */
  neighbour(step) {
    const ids = [...this.#rows.keys()];
    const index = ids.indexOf(this.#chat.sessions.openId ?? '');
    return ids[index < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, index + step))];
  }

  focusRoom(id) {
    (this.#rows.get(id)?.link ?? this.list.querySelector('a') ?? this.element.querySelector('.search-button')).focus();
  }
}
