// The list of rooms, and what stands above and below it: search, the ways to new rooms, oneself.

import { addArrowKeys, avatar, bdi, h, icon, iconButton, setChildren, skeleton, withMore } from './dom.js';
import { listOf, oneLine, shortTime } from './format.js';
import { t } from './texts.js';
import { presenceText } from './view-room.js';

const RENDER_DELAY_MS = 30;

export class Sidebar {
  #chat;
  #app;
  #rows = new Map();
  #offs;
  #timer = 0;
  #clock;

  constructor(chat, app) {
    this.#chat = chat;
    this.#app = app;
    this.list = h('ul.rooms', {});
    this.empty = h('div.rooms-empty', { hidden: true },
      h('span.empty-art', { 'aria-hidden': 'true' }, '🌱'), h('p', {}, t('noRooms')),
      h('button.button.is-primary', { type: 'button', onclick: () => app.openNew('direct') }, t('findPeople')),
      h('button.button', { type: 'button', onclick: () => app.openBrowse() }, t('browseRooms')));
    const add = iconButton('compose', t('newRoom'), () => withMore(({ openMenu }) => openMenu(add, t('newRoom'), [
      { label: t('newDirect'), icon: 'user', run: () => app.openNew('direct') },
      { label: t('newGroup'), icon: 'users', run: () => app.openNew('group') },
      { label: t('newChannel'), icon: 'megaphone', run: () => app.openNew('channel') },
      null,
      { label: t('browseRooms'), icon: 'compass', run: () => app.openBrowse() },
    ])), { 'aria-haspopup': 'menu' });
    this.me = h('button.me', { type: 'button', 'aria-haspopup': 'menu', onclick: () => this.#openMe() });
    this.element = h('aside.sidebar', { 'aria-label': t('rooms') },
      h('header.sidebar-head', {}, h('h1', {}, h('img', { src: '/assets/icon.svg', alt: '', width: '28', height: '28' }), t('chats')), add),
      h('button.search-button', { type: 'button', onclick: () => app.openSearch(null) },
        icon('search'), h('span', {}, t('search')), h('kbd', {}, 'Ctrl K')),
      h('nav.rooms-nav', { 'aria-label': t('yourRooms') }, this.list, this.empty), this.me);
    this.list.replaceChildren(...skeleton(6, 'of-room').map((element) => h('li', { 'aria-hidden': 'true' }, element)));
    addArrowKeys(this.list, 'a');
    const later = () => this.#renderSoon();
    this.#offs = ['rooms', 'users', 'presence', 'typing', 'messages', 'connection'].map((kind) => chat.on(kind, later));
    // "Yesterday" comes at midnight, whether or not somebody writes.
    this.#clock = setInterval(later, 60_000);
    this.#renderMe();
  }

  stop() {
    for (const off of this.#offs) off();
    clearTimeout(this.#timer);
    clearInterval(this.#clock);
  }

  /** A burst of messages is one change of the list. */
  #renderSoon() {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.render();
    }, RENDER_DELAY_MS);
  }

  render() {
    const chat = this.#chat;
    this.#renderMe();
    if (!chat.isReady) return;
    const rows = new Map();
    const elements = [];
    const now = Date.now();
    for (const room of chat.sortedRooms()) {
      if (!room.role && room.id !== chat.openRoomId) continue;
      const row = this.#rows.get(room.id) ?? this.#makeRow(room);
      this.#fillRow(row, room, now);
      rows.set(room.id, row);
      elements.push(row.element);
    }
    this.#rows = rows;
    setChildren(this.list, elements);
    this.list.hidden = elements.length === 0;
    this.empty.hidden = elements.length > 0;
    this.#app.showUnread([...chat.rooms.values()].reduce((sum, { unread }) => sum + (unread > 0 ? 1 : 0), 0));
  }

  #makeRow(room) {
    const row = { title: h('span.row-title', {}), time: h('time.row-time', {}), preview: h('span.row-preview', { dir: 'auto' }),
      badges: h('span.row-badges', {}), picture: h('span.row-avatar', {}), shown: {} };
    row.link = h('a.row', { href: `#/r/${encodeURIComponent(room.id)}` }, row.picture,
      row.title, row.time, row.preview, row.badges);
    row.element = h('li', {}, row.link);
    return row;
  }

  #fillRow(row, room, now) {
    const chat = this.#chat;
    const name = chat.titleOf(room);
    const presence = room.kind === 'direct' ? chat.presenceOf(room.peer).state : '';
    const at = Date.parse(room.last?.ts ?? room.created_at);
    const preview = this.#preview(room);
    const parts = {
      picture: `${name} ${presence}`, title: name, time: at ? shortTime(at, now) : '', preview: preview.text,
      badges: `${room.unread} ${room.mentions}`,
    };
    const changed = (part) => {
      if (row.shown[part] === parts[part]) return false;
      row.shown[part] = parts[part];
      return true;
    };
    if (changed('picture')) {
      row.picture.replaceChildren(avatar(name, room.peer ?? room.id, { isRoom: room.kind !== 'direct' }),
        presence && presence !== 'offline' ? h(`span.dot.is-${presence}`, { role: 'img', 'aria-label': t(presence) }) : '');
    }
    if (changed('title')) {
      row.title.replaceChildren(...(room.kind === 'channel' ? [icon('megaphone')] : []), bdi(name));
    }
    if (changed('time')) {
      row.time.textContent = parts.time;
      row.time.dateTime = at ? new Date(at).toISOString() : '';
    }
    if (changed('preview')) row.preview.replaceChildren(...preview.nodes);
    if (changed('badges')) this.#fillBadges(row.badges, room);
    row.preview.classList.toggle('is-typing', preview.isTyping);
    row.preview.classList.toggle('is-draft', preview.isDraft);
    row.link.classList.toggle('is-unread', room.unread > 0);
    if (room.id === chat.openRoomId) row.link.setAttribute('aria-current', 'page');
    else row.link.removeAttribute('aria-current');
  }

  #fillBadges(badges, room) {
    const count = room.unread > 99 ? '99+' : String(room.unread);
    badges.replaceChildren(
      room.mentions > 0 ? h('span.badge.is-mention', { role: 'img', 'aria-label': t('mentionCount', { count: room.mentions }) }, '@') : '',
      room.unread > 0 ? h('span.badge', { role: 'img', 'aria-label': t('unreadCount', { count: room.unread }) }, count) : '');
  }

  #preview(room) {
    const chat = this.#chat;
    const plain = (text, extra = {}) => ({ text, nodes: [text], isTyping: false, isDraft: false, ...extra });
    if (room.typists.length > 0) {
      return plain(t('typing', { names: listOf(room.typists.slice(0, 2).map((id) => chat.nameOf(id))), count: room.typists.length }), { isTyping: true });
    }
    const draft = chat.drafts.of(room.id);
    if (draft && room.id !== chat.openRoomId) return plain(`${t('draft')} ${oneLine(draft)}`, { isDraft: true });
    const waiting = chat.outbox.in(room.id).at(-1);
    const last = waiting ?? room.last;
    if (!last) return plain(room.kind === 'direct' ? t('sayHello') : t('noMessages'));
    if (last.deleted) return plain(t('messageDeleted'));
    const text = oneLine(last.text);
    const isMine = last.user_id === chat.me.id;
    if (!isMine && room.kind === 'direct') return plain(text);
    const name = isMine ? t('you') : chat.nameOf(last.user_id);
    return { text: `${name}: ${text}`, nodes: [bdi(name), ': ', bdi(text)], isTyping: false, isDraft: false };
  }

  // Oneself

  #renderMe() {
    const { me } = this.#chat;
    const state = this.#chat.ownPresence;
    const key = `${me.display_name} ${me.username} ${state.state} ${state.status_text ?? ''}`;
    if (this.me.dataset.for === key) return;
    this.me.dataset.for = key;
    const name = me.display_name || me.username;
    this.me.setAttribute('aria-label', t('yourMenu', { name }));
    this.me.replaceChildren(
      h('span.row-avatar', {}, avatar(name, me.id), h(`span.dot.is-${state.state}`, {})),
      h('span.me-text', {}, h('strong', {}, bdi(name)), h('span', {}, presenceText({ ...state, last_seen: null }))), icon('more'));
  }

  #openMe() {
    const chat = this.#chat;
    const app = this.#app;
    const { state } = chat.ownPresence;
    const set = (wanted) => () => app.attempt(chat.setPresence(wanted));
    const isHidden = app.presenceChoice === 'invisible';
    withMore(({ openMenu }) => openMenu(this.me, t('you'), [
      { label: t('online'), icon: 'dot-online', isChecked: state === 'online' && !isHidden, run: () => { app.presenceChoice = 'online'; set('online')(); } },
      { label: t('away'), icon: 'dot-away', isChecked: state === 'away', run: () => { app.presenceChoice = 'away'; set('away')(); } },
      { label: t('dnd'), icon: 'dot-dnd', isChecked: state === 'dnd', run: () => { app.presenceChoice = 'dnd'; set('dnd')(); } },
      { label: t('invisible'), icon: 'dot-offline', isChecked: isHidden, run: () => { app.presenceChoice = 'invisible'; set('invisible')(); } },
      null,
      { label: t('settings'), icon: 'settings', run: () => app.openSettings() },
      { label: t('shortcuts'), icon: 'keyboard', run: () => app.openShortcuts() },
      null,
      { label: t('signOut'), icon: 'logout', isDanger: true, run: () => app.signOut() },
    ]));
  }

  /** The room above or below the open one, by its id. */
  neighbour(step) {
    const ids = [...this.#rows.keys()];
    const index = ids.indexOf(this.#chat.openRoomId);
    return ids[index < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, index + step))];
  }

  focusRoom(id) {
    (this.#rows.get(id)?.link ?? this.list.querySelector('a') ?? this.element.querySelector('.search-button')).focus();
  }
}
