// The page of somebody who is signed in: holds together the views, the address, the connection and the keyboard.

import { Chat } from './chat.js';
import { h, loadMore, setText, toast } from './dom.js';
import { oneLine } from './format.js';
import { preference } from './storage.js';
import { errorText, language, t } from './texts.js';
import { RoomView } from './view-room.js';
import { Sidebar } from './view-sidebar.js';

const BANNER_DELAY_MS = 600;
const BANNER_BACK_MS = 2_000;

const dialogs = () => import('./view-dialogs.js');
const info = () => import('./view-info.js');
const emoji = () => import('./emoji.js');

export class App {
  presenceChoice = 'online';
  #page;
  #rest;
  #announcer = document.getElementById('announcer');
  /** @type {Chat | null} */
  #chat;
  #sidebar;
  #room;
  #bannerTimer = 0;
  #unread = 0;
  #wasLost = false;
  #listening = new AbortController();

  /** @param {any} page what is shown when this is over, see main.js */
  constructor(page, rest, user) {
    this.#page = page;
    this.#rest = rest;
    const chat = new Chat(rest, user);
    this.#chat = chat;
    chat.client.addEventListener('state', ({ detail }) => this.#connection(detail));
    chat.on('arrival', (arrival) => this.#arrived(arrival));
    chat.on('removed', ({ room, reason }) => toast(t(`removed_${reason}`, { name: chat.titleOf(room) })));
    chat.on('rooms', () => this.#roomGone());
    const { signal } = this.#listening;
    addEventListener('hashchange', () => this.#route(), { signal });
    addEventListener('keydown', (event) => this.#key(event), { signal });
    this.#build();
  }

  /** @param {Promise<any> | null} rooms see `Chat.start` @throws {import('./chat-client.js').ChatError} where the rooms cannot be read */
  async start(rooms) {
    await this.#chat.start(rooms);
    await this.#route();
  }

  /** What a first view does not need, so that it is there when it is asked for. */
  async loadRest() {
    try {
      await loadMore();
      await Promise.all([dialogs(), info(), emoji()]);
    } catch {
      // Whoever asks for it asks again.
    }
  }

  #build() {
    const chat = this.#chat;
    this.bannerText = h('span', {});
    this.bannerRetry = h('button.link', { type: 'button', onclick: () => this.#retry() }, t('tryNow'));
    this.banner = h('div.banner', { role: 'status', hidden: true }, this.bannerText, this.bannerRetry);
    this.#sidebar = new Sidebar(chat, this);
    this.#room = new RoomView(chat, this);
    this.shell = h('div.shell', {}, this.#sidebar.element, this.#room.element, this.banner);
    this.#page.root.replaceChildren(this.shell);
  }

  /** The same in another language. */
  rebuild() {
    document.documentElement.lang = language();
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    this.#sidebar.stop();
    this.#room.stop();
    this.#build();
    this.#sidebar.render();
    this.#route();
    this.openSettings('looks');
  }

  /** Takes everything down, but keeps what is unsent. */
  stop() {
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    this.#listening.abort();
    this.#sidebar.stop();
    this.#room.stop();
    clearTimeout(this.#bannerTimer);
    this.#chat.client.close();
    this.#chat = null;
  }

  /** The same, and leaves nothing in this browser. */
  async forget() {
    const chat = this.#chat;
    this.stop();
    await chat.forget();
  }

  /** The session is over, whoever ended it. */
  signedOut(notice) {
    this.#page.signedOut(notice);
  }

  async signOut() {
    const waiting = this.#chat.outbox.count;
    const { confirmDialog } = await loadMore();
    if (waiting > 0 && !(await confirmDialog(t('unsentQuestion', { count: waiting }), t('signOut')))) return;
    try {
      await this.#rest.post('/auth/logout');
    } catch (error) {
      if (error.code !== 'unauthorized') {
        toast(errorText(error));
        return;
      }
    }
    this.#page.signedOut('');
  }

  /** What a promise comes to, or a word about what went wrong. */
  async attempt(work) {
    try {
      return await work;
    } catch (error) {
      toast(errorText(error));
      return null;
    }
  }

  // The address: #/ is the list, #/r/<room>, #/r/<room>/<message>, #/join/<room>/<token>; #invite=… is for main.js

  showRoom(id, seq) {
    const hash = `#/r/${encodeURIComponent(id)}${seq ? `/${seq}` : ''}`;
    if (location.hash === hash) this.#route();
    else location.hash = hash;
  }

  showList() {
    const id = this.#chat?.openRoomId;
    location.hash = '#/';
    if (id) setTimeout(() => this.#sidebar?.focusRoom(id));
  }

  async #route() {
    const chat = this.#chat;
    if (!chat?.isReady) return;
    const [kind, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(safeDecode);
    if (kind === 'join') {
      history.replaceState(null, '', '#/');
      const joined = await this.attempt(chat.join(rest[0], rest[1]));
      if (joined) this.showRoom(joined.id);
      else this.#route();
      return;
    }
    const room = kind === 'r' ? chat.rooms.get(rest[0]) : null;
    if (kind === 'r' && !room) {
      history.replaceState(null, '', '#/');
      toast(t('noSuchRoom'));
    }
    this.shell.classList.toggle('has-room', Boolean(room));
    if (room) {
      const isNew = this.#room.room !== room;
      const opening = this.#room.open(room, Number(rest[1]) || 0);
      if (isNew && matchMedia('(pointer: fine)').matches) this.#room.focusComposer();
      else if (isNew) this.#room.title.focus({ preventScroll: true });
      this.#sidebar.render();
      await opening;
      // The message has been shown: a reload opens the room as it stands.
      if (rest[1] && chat.openRoomId === room.id) history.replaceState(null, '', `#/r/${encodeURIComponent(room.id)}`);
    } else {
      this.#room.showNothing();
      this.#sidebar.render();
    }
    this.#title();
  }

  #roomGone() {
    const open = this.#room?.room;
    if (open && !this.#chat.rooms.has(open.id)) this.showList();
  }

  #title() {
    const room = this.#room?.room;
    const name = room ? `${this.#chat.titleOf(room)} · ${t('title')}` : t('title');
    document.title = this.#unread > 0 ? `(${this.#unread}) ${name}` : name;
  }

  showUnread(count) {
    this.#unread = count;
    this.#title();
  }

  // What opens over the page comes when it is asked for

  async #open(module, work) {
    const [opened] = await Promise.all([module(), loadMore()]);
    if (this.#chat) work(opened);
  }

  openNew(kind) { this.#open(dialogs, ({ openNew }) => openNew(this.#chat, this, kind)); }
  openBrowse() { this.#open(dialogs, ({ openBrowse }) => openBrowse(this.#chat, this)); }
  openSearch(room) { this.#open(dialogs, ({ openSearch }) => openSearch(this.#chat, this, room)); }
  openProfile(id) { this.#open(dialogs, ({ openProfile }) => openProfile(this.#chat, this, id)); }
  openMessageInfo(room, message) { this.#open(dialogs, ({ openMessageInfo }) => openMessageInfo(this.#chat, room, message)); }
  openShortcuts() { this.#open(dialogs, ({ openShortcuts }) => openShortcuts()); }
  openSettings(tab) { this.#open(() => import('./view-settings.js'), ({ openSettings }) => openSettings(this.#chat, this, tab)); }

  // The connection

  #connection({ state, code }) {
    clearTimeout(this.#bannerTimer);
    if (state === 'open') {
      if (!this.#wasLost) return;
      this.#wasLost = false;
      if (this.banner.hidden) return;
      this.#showBanner('is-back', t('backOnline'));
      this.#bannerTimer = setTimeout(() => { this.banner.hidden = true; }, BANNER_BACK_MS);
    } else if (state === 'stopped' && code) {
      if ([4500, 4506].includes(code)) this.#checkSession();
      else this.#showBanner('is-lost', t({ 4503: 'youWereRemoved', 4504: 'youWereSuspended', 4505: 'tooManyTabs' }[code] ?? 'stopped'), true);
    } else if (state === 'waiting') {
      this.#wasLost = true;
      if (code === 4103) this.#checkSession();
      // A short break is nobody's business.
      this.#bannerTimer = setTimeout(() => this.#showBanner('is-lost',
        navigator.onLine ? t('reconnecting') : t('youAreOffline'), navigator.onLine), this.banner.hidden ? BANNER_DELAY_MS : 0);
    } else if (state === 'connecting' && this.#wasLost) {
      this.#bannerTimer = setTimeout(() => this.#showBanner('is-lost', t('reconnecting'), true), this.banner.hidden ? BANNER_DELAY_MS : 0);
    }
  }

  #showBanner(kind, text, canRetry = false) {
    this.banner.className = `banner ${kind}`;
    this.banner.hidden = false;
    this.bannerRetry.hidden = !canRetry;
    setText(this.bannerText, text);
  }

  #retry() {
    const { client } = this.#chat;
    if (client.state === 'stopped') client.connect();
    else client.retryNow();
  }

  async #checkSession() {
    try {
      await this.#rest.get('/users/me');
      this.#showBanner('is-lost', t('stopped'), true);
    } catch (error) {
      if (error.code === 'unauthorized') this.#page.signedOut(t('sessionEnded'));
    }
  }

  // What comes in, for those who do not look

  #arrived({ room, message }) {
    const chat = this.#chat;
    const name = chat.nameOf(message.user_id);
    const title = chat.titleOf(room);
    const isOpen = room.id === chat.openRoomId && document.visibilityState === 'visible';
    setText(this.#announcer, isOpen ? `${name}: ${oneLine(message.text)}` : t('arrivedIn', { name, room: title }));
    if (isOpen && document.hasFocus()) return;
    if (preference('notify', 'off') !== 'on' || globalThis.Notification?.permission !== 'granted') return;
    const isForMe = room.kind === 'direct' || message.mentions?.includes(chat.me.id);
    if (preference('notifyMentions', 'off') === 'on' && !isForMe) return;
    const notification = new Notification(room.kind === 'direct' ? name : `${name} · ${title}`, {
      body: oneLine(message.text), tag: room.id, icon: '/assets/icon.svg' });
    notification.onclick = () => {
      focus();
      this.showRoom(room.id);
      notification.close();
    };
  }

  // The keyboard

  #key(event) {
    if (!this.#chat || event.defaultPrevented || event.isComposing) return;
    const hasDialog = Boolean(document.querySelector('dialog[open], .popup:popover-open'));
    const main = event.ctrlKey || event.metaKey;
    const { key } = event;
    let run = null;
    if (main && !event.shiftKey && key.toLowerCase() === 'k') run = () => this.openSearch(null);
    else if (main && !event.shiftKey && key.toLowerCase() === 'f' && this.#room.room) run = () => this.openSearch(this.#room.room);
    else if (main && event.shiftKey && key.toLowerCase() === 'o') run = () => this.openNew('direct');
    else if (main && key === '/') run = () => this.openShortcuts();
    else if (main && key === '.' && this.#room.room && this.#room.room.kind !== 'direct') run = () => this.#room.togglePanel('info');
    else if (event.altKey && (key === 'ArrowDown' || key === 'ArrowUp')) run = () => this.#toNeighbour(key === 'ArrowDown' ? 1 : -1);
    else if (event.shiftKey && key === 'F6') run = () => this.#room.focusMessages();
    else if (key === 'Escape') run = () => this.#escape();
    if (!run || hasDialog) return;
    event.preventDefault();
    run();
  }

  #toNeighbour(step) {
    const id = this.#sidebar.neighbour(step);
    if (id) this.showRoom(id);
  }

  #escape() {
    if (this.#room.escape()) return;
    const active = document.activeElement;
    if (active?.closest('.message, .scroller')) this.#room.focusComposer();
    else if (this.#room.room) this.showList();
  }
}

function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

