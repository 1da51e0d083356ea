// The list of conversations.

import { addArrowKeys, h, setChildren, setText } from '../ui/dom.js';
import { shortTime } from '../ui/format.js';
import { avatar } from '../ui/names.js';
import { oneLine } from '../ui/markup.js';
import { t } from '../ui/texts.js';
import { otherUser, roomTitle, typingText } from './demo-rooms.js';
import { Router } from './demo-router.js';

export class RoomsView {
  #list = document.getElementById('rooms');
  #search = document.getElementById('room-search');
  #empty = document.getElementById('rooms-empty');
  #emptyText = document.getElementById('rooms-empty-text');
  #emptyAction = document.getElementById('rooms-empty-action');
  #items = new Map();
  #chat = null;

  constructor(onNewChat) {
    document.getElementById('new-chat').addEventListener('click', onNewChat);
    this.#emptyAction.addEventListener('click', onNewChat);
    this.#search.addEventListener('input', () => this.#chat && this.render(this.#chat));
    addArrowKeys(this.#list, 'a');
  }

  render(chat) {
    this.#chat = chat;
    const query = this.#search.value.trim().toLocaleLowerCase();
    const rooms = chat.roomsByActivity.filter(
      (room) => roomTitle(room, chat).toLocaleLowerCase().includes(query));
    for (const id of this.#items.keys()) {
      if (!chat.rooms.has(id)) this.#items.delete(id);
    }
    setChildren(this.#list, rooms.map((room) => this.#item(room, chat)));
    this.#showEmpty(rooms.length === 0 && chat.areRoomsLoaded, query !== '');
  }

  reset() {
    this.#chat = null;
    this.#items.clear();
    this.#list.replaceChildren();
    this.#search.value = '';
    this.#empty.hidden = true;
  }

  focus(roomId) {
    this.#items.get(roomId)?.link.focus();
  }

  /** Whether there was a search to clear. */
  clearSearch() {
    if (document.activeElement !== this.#search || this.#search.value === '') return false;
    this.#search.value = '';
    if (this.#chat) this.render(this.#chat);
    return true;
  }

  #showEmpty(isEmpty, isSearch) {
    this.#empty.hidden = !isEmpty;
    this.#emptyAction.hidden = isSearch;
    setText(this.#emptyText, isSearch ? t('demoNoneNamed') : t('demoNone'));
  }

  #item(room, chat) {
    let item = this.#items.get(room.id);
    if (!item) {
      item = new RoomItem(room.id);
      this.#items.set(room.id, item);
    }
    item.render(room, chat);
    return item.root;
  }
}

/** One line of the list. */
class RoomItem {
  #avatar = h('span', { class: 'room-avatar' });
  #title = h('span', { class: 'room-title', dir: 'auto' });
  #time = h('time', { class: 'room-time' });
  #preview = h('span', { class: 'room-preview', dir: 'auto' });
  #badge = h('span', { class: 'badge' });
  #online = h('span', { class: 'visually-hidden' });
  #shownName = null;
  link;
  root;

  constructor(roomId) {
    this.link = h('a', { class: 'room', href: Router.hrefOf(roomId) },
      this.#avatar, this.#title, this.#online, this.#time, this.#preview, this.#badge);
    this.root = h('li', {}, this.link);
  }

  render(room, chat) {
    const title = roomTitle(room, chat);
    const other = otherUser(room, chat);
    const isOnline = other !== null && chat.isOnline(other.id);
    if (this.#shownName !== title) {
      this.#shownName = title;
      this.#avatar.replaceChildren(avatar(title, other?.id ?? room.id, { isRoom: !other }));
    }
    this.#avatar.classList.toggle('online', isOnline);
    setText(this.#online, isOnline ? t('demoOnline') : '');
    setText(this.#title, title);
    this.#renderTime(room, chat);
    this.#renderPreview(room, chat);
    this.#renderUnread(chat.unreadCount(room.id));
    if (chat.activeRoomId === room.id) this.link.setAttribute('aria-current', 'page');
    else this.link.removeAttribute('aria-current');
  }

  #renderTime(room, chat) {
    const at = chat.activityAt(room);
    const text = shortTime(at);
    if (this.#time.textContent === text) return;
    this.#time.textContent = text;
    this.#time.dateTime = new Date(at).toISOString();
  }

  #renderPreview(room, chat) {
    const typing = typingText(room, chat);
    setText(this.#preview, typing || previewOf(room, chat));
    this.#preview.classList.toggle('is-typing', typing !== '');
  }

  #renderUnread(count) {
    this.#badge.hidden = count === 0;
    if (count === 0) return;
    setText(this.#badge, count > 99 ? '99+' : String(count));
    this.#badge.setAttribute('aria-label', t('demoUnread', { count }));
    this.#badge.setAttribute('role', 'img');
  }
}

function previewOf(room, chat) {
  const last = chat.timeline(room.id).last;
  if (!last) return oneLine(room.lastText) || t('demoNoMessages');
  if (last.userId === chat.me.id) return `${t('you')}: ${oneLine(last.text)}`;
  return otherUser(room, chat) ? oneLine(last.text) : `${chat.userName(last.userId)}: ${oneLine(last.text)}`;
}
