// Starts the page: who is signed in decides what is shown. Holds together the views, the address, and the keyboard.

import { Chat } from './chat.js';
import { ChatError, Rest } from './chat-client.js';
import { confirmDialog, h, loadMoreStyle, setText, toast } from './dom.js';
import { oneLine } from './format.js';
import { preference } from './storage.js';
import { language, loadLanguage, t } from './texts.js';
import { errorText, RoomView } from './view-room.js';
import { Sidebar } from './view-sidebar.js';

const BANNER_DELAY_MS = 600;
const BANNER_BACK_MS = 2_000;

const dialogs = () => import('./view-dialogs.js');

class App {
  presenceChoice = 'online';
  #rest = new Rest({ url: location.origin });
  #root = document.getElementById('app');
  #announcer = document.getElementById('announcer');
  /** @type {Chat | null} */
  #chat = null;
  #sidebar = null;
  #room = null;
  #bannerTimer = 0;
  #unread = 0;
  #wasLost = false;
  /** Tells the other tabs that somebody has signed out, or in. */
  #tabs = new BroadcastChannel('chat');

  async start() {
    await loadLanguage();
    document.documentElement.lang = language();
    addEventListener('hashchange', () => this.#route());
    addEventListener('keydown', (event) => this.#key(event));
    this.#tabs.onmessage = ({ data }) => {
      if (data === 'out' && this.#chat) this.signedOut(t('signedOutElsewhere'), { isTelling: false });
      if (data === 'in' && !this.#chat) this.#enter();
    };
    await this.#enter();
  }

  /** Asks who is signed in, and shows what is theirs. */
  async #enter() {
    try {
      const { user } = await this.#rest.get('/users/me');
      this.#show(user);
    } catch (error) {
      if (error instanceof ChatError && error.code === 'unauthorized') this.#showAuth('');
      else this.#showFailure();
    }
  }

  #showFailure() {
    this.#root.replaceChildren(h('main.failure-page', {}, h('span.empty-art', { 'aria-hidden': 'true' }, '🔌'),
      h('h1', {}, t('noServer')), h('p', {}, t('noServerHint')),
      h('button.button.is-primary', { type: 'button', onclick: () => this.#enter() }, t('tryAgain'))));
    setTimeout(() => { if (this.#root.querySelector('.failure-page')) this.#enter(); }, 3_000);
  }

  async #showAuth(notice) {
    const { AuthView } = await import('./view-auth.js');
    document.title = t('title');
    const isInvited = location.hash.startsWith('#/join/');
    const view = new AuthView(this.#rest, (user) => {
      this.#tabs.postMessage('in');
      this.#show(user);
    }, { notice, isInvited });
    this.#root.replaceChildren(view.element);
    view.element.querySelector('input')?.focus();
  }

  async #show(user) {
    const chat = new Chat(this.#rest, user);
    this.#chat = chat;
    chat.client.addEventListener('state', ({ detail }) => this.#connection(detail));
    chat.on('arrival', (arrival) => this.#arrived(arrival));
    chat.on('removed', ({ room, reason }) => toast(t(`removed_${reason}`, { name: chat.titleOf(room) })));
    chat.on('rooms', () => this.#roomGone());
    this.#build();
    try {
      await chat.start();
      await this.#route();
      // What Tests/Browser/measure.py waits for.
      performance.mark('usable');
    } catch (error) {
      if (error.code === 'unauthorized') this.signedOut('');
      else {
        this.#takeDown();
        this.#showFailure();
      }
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
    this.#root.replaceChildren(this.shell);
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

  #takeDown() {
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    this.#sidebar?.stop();
    this.#room?.stop();
    this.#chat = null;
    this.#sidebar = null;
    this.#room = null;
    this.#wasLost = false;
    clearTimeout(this.#bannerTimer);
  }

  /** The session is over, whoever ended it. */
  async signedOut(notice, { isTelling = true } = {}) {
    const chat = this.#chat;
    if (!chat) return;
    this.#takeDown();
    if (isTelling) this.#tabs.postMessage('out');
    if (!location.hash.startsWith('#/join/')) history.replaceState(null, '', '#/');
    this.#showAuth(notice);
    await chat.stop();
  }

  async signOut() {
    const waiting = this.#chat.outbox.count;
    if (waiting > 0 && !(await confirmDialog(t('unsentQuestion', { count: waiting }), t('signOut')))) return;
    try {
      await this.#rest.post('/auth/logout');
    } catch (error) {
      if (error.code !== 'unauthorized') {
        toast(errorText(error));
        return;
      }
    }
    this.signedOut('');
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

  // The address: #/ is the list, #/r/<room>, #/r/<room>/<message>, #/join/<room>/<token>

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
    const [opened] = await Promise.all([module(), loadMoreStyle()]);
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
      if (error.code === 'unauthorized') this.signedOut(t('sessionEnded'));
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

new App().start();

