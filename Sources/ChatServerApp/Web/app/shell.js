// The page of somebody who is signed in: holds together the views, the address and the keyboard. What opens over it is
// loaded when it is asked for, see late.js.

import { Chat } from '../model/chat.js';
import { h } from '../ui/dom.js';
import { commandOf } from '../ui/keys.js';
import { titleOf } from '../ui/names.js';
import { errorText, t } from '../ui/texts.js';
import { toast } from '../ui/toast.js';
import { RoomView } from '../features/room/room-view.js';
import { RoomList } from '../features/rooms/room-list.js';
import { Address, LIST, placeOf, roomHash } from './address.js';
import { Arrivals } from './arrivals.js';
import { Banner } from './banner.js';

const ICON = '/assets/icon.svg';
const UNREAD_ICON = '/assets/icon-unread.svg';

export class Shell {
  #page;
  #rest;
  /** @type {Chat | null} */
  #chat;
  /** @type {any} */
  #rooms;
  /** @type {any} */
  #room;
  #banner;
  #address;
  #unread = 0;
  /** Which room's row gets the focus, once the list is shown. */
  #cameFrom = '';
  #listening = new AbortController();

  /** @param {any} page what is shown when this is over, see main.js */
  constructor(page, rest, user) {
    this.#page = page;
    this.#rest = rest;
    this.late = page.late;
    const chat = new Chat(rest, user);
    this.#chat = chat;
    this.#address = new Address(() => this.#route());
    this.#banner = new Banner(chat.client, () => this.#checkSession());
    new Arrivals(chat, (id) => this.showRoom(id));
    chat.onremoval = (room, reason) => toast(t(`removed_${reason}`, { name: titleOf(chat, room) }));
    chat.changes.on('rooms', () => this.#roomGone());
    const { signal } = this.#listening;
    addEventListener('keydown', (event) => this.#key(event), { signal });
    for (const name of ['dragover', 'drop']) addEventListener(name, (event) => this.#dragged(/** @type {DragEvent} */ (event)), { signal });
    this.#build();
  }

  /** @param {Promise<any> | null} rooms see `Chat.start` @throws {import('../protocol/rest.js').ChatError} where the rooms cannot be read */
  async start(rooms) {
    await this.#chat?.start(rooms);
    await this.#route();
  }

  #build() {
    const chat = this.#chat;
    this.#rooms = new RoomList(chat, this);
    this.#room = new RoomView(chat, this);
    this.shell = h('div.shell', {}, this.#rooms.element, this.#room.element, this.#banner.element);
    this.#page.root.replaceChildren(this.shell);
  }

  /** The same in another language. */
  async speak(language) {
    await this.late.speak(language);
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    this.#rooms.stop();
    this.#room.stop();
    this.#banner.retry.textContent = t('tryNow');
    this.#build();
    this.#rooms.render();
    this.#route();
    this.openSettings('looks');
  }

  /** Takes everything down, but keeps what is unsent. */
  stop() {
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    this.showUnread(0);
    this.#listening.abort();
    this.#address.stop();
    this.#rooms.stop();
    this.#room.stop();
    this.#banner.stop();
    this.#chat?.stop();
    this.#chat = null;
  }

  /** The same, and leaves nothing in this browser. */
  async forget() {
    const chat = this.#chat;
    this.stop();
    await chat?.forget();
  }

  /** The session is over, whoever ended it. */
  signedOut(notice) {
    this.#page.signedOut(notice);
  }

  async signOut() {
    const waiting = this.#chat?.outbox.count ?? 0;
    const { confirmDialog } = await this.late.get('dialog');
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

  async #checkSession() {
    try {
      await this.#rest.get('/users/me');
      this.#banner.show('is-lost', t('stopped'), true);
    } catch (error) {
      if (error.code === 'unauthorized') this.#page.signedOut(t('sessionEnded'));
    }
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

  // Where one is

  showRoom(id, seq = 0) { this.#address.go(roomHash(id, seq)); }
  showThread(id, seq) { this.#address.go(roomHash(id, `t/${seq}`)); }
  showDetails(id) { this.#address.go(roomHash(id, 'info')); }
  /** What is beside a room goes, the room stays. */
  closePanel(id) { this.#address.leaveFor(roomHash(id)); }

  /** The same room anew: one has joined it. */
  reopen() {
    this.#room.showNothing();
    this.#route();
  }

  showList() {
    this.#cameFrom = this.#chat?.sessions.openId ?? '';
    this.#address.leaveFor(LIST);
  }

  async #route() {
    const chat = this.#chat;
    if (!chat?.isReady) return;
    const place = placeOf(location.hash);
    if (place.kind === 'join') {
      this.#address.replace(LIST);
      if (chat.rooms.get(place.id)?.role) this.showRoom(place.id);
      else this.#open('invitation', ({ openInvitation }) => openInvitation(chat, this, place));
      return;
    }
    const room = place.kind === 'room' ? chat.rooms.get(place.id) ?? await this.#look(place.id) : null;
    if (placeOf(location.hash).kind !== place.kind || this.#chat !== chat) return;
    if (place.kind === 'room' && !room) {
      this.#address.replace(LIST, true);
      toast(t('noSuchRoom'));
    }
    if (room && place.kind === 'room') {
      this.shell.classList.add('has-room');
      await this.#showRoom(room, place);
    } else {
      this.#room.showNothing();
      // After the room has remembered what was on the screen.
      this.shell.classList.remove('has-room');
      this.#rooms.render();
      if (this.#cameFrom) this.#rooms.focusRoom(this.#cameFrom);
      this.#cameFrom = '';
    }
    this.#title();
  }

  async #showRoom(room, { seq, panel }) {
    const isNew = this.#room.room !== room;
    const opening = this.#room.open(room, seq, panel);
    if (isNew && matchMedia('(pointer: fine)').matches) this.#room.focusComposer();
    else if (isNew) this.#room.title.focus({ preventScroll: true });
    this.#rooms.render();
    this.#title();
    await opening;
    // The message has been shown: a reload opens the room as it stands.
    if (seq && location.hash === roomHash(room.id, seq)) this.#address.replace(roomHash(room.id), true);
  }

  /** A room that one is not in, and may look at. */
  async #look(id) {
    try {
      return await this.#chat?.rooms.read(id);
    } catch {
      return null;
    }
  }

  #roomGone() {
    const open = this.#room?.room;
    if (open && this.#chat && !this.#chat.rooms.get(open.id)) this.#address.replace(LIST);
  }

  #title() {
    const room = this.#room?.room;
    const name = room && this.#chat ? `${titleOf(this.#chat, room)} · ${t('title')}` : t('title');
    document.title = this.#unread > 0 ? `(${this.#unread}) ${name}` : name;
    const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel="icon"]'));
    const href = this.#unread > 0 ? UNREAD_ICON : ICON;
    if (icon && icon.getAttribute('href') !== href) icon.href = href;
  }

  showUnread(count) {
    this.#unread = count;
    this.#title();
  }

  // What opens over the page comes when it is asked for

  async #open(part, work) {
    const opened = await this.attempt(this.late.get(part));
    if (this.#chat && opened) work(opened);
  }

  openNew(kind) { this.#open('newRoom', ({ openNew }) => openNew(this.#chat, this, kind)); }
  openPublicRooms() { this.#open('publicRooms', ({ openPublicRooms }) => openPublicRooms(this.#chat, this)); }
  openForward(message) { this.#open('forward', ({ openForward }) => openForward(this.#chat, this, message)); }
  openSearch(room) { this.#open('search', ({ openSearch }) => openSearch(this.#chat, this, room)); }
  openProfile(id) { this.#open('profile', ({ openProfile }) => openProfile(this.#chat, this, id)); }
  openShortcuts() { this.#open('shortcuts', ({ openShortcuts }) => openShortcuts()); }
  openSettings(tab) { this.#open('settings', ({ openSettings }) => openSettings(this.#chat, this, tab)); }

  // The keyboard, and what is dropped

  #key(event) {
    if (!this.#chat || event.defaultPrevented) return;
    const hasDialog = Boolean(document.querySelector('dialog[open], .popup:popover-open'));
    const run = this.#commandOf(event);
    if (!run || hasDialog) return;
    event.preventDefault();
    run();
  }

  #commandOf(event) {
    const { room } = this.#room;
    switch (commandOf(event, 'everywhere')) {
      case 'new': return () => this.openNew('direct');
      case 'search': return () => this.openSearch(null);
      case 'searchHere': return room && (() => this.openSearch(room));
      case 'shortcuts': return () => this.openShortcuts();
      case 'details': return room && room.kind !== 'direct' ? () => this.#room.toggleDetails() : null;
      case 'next': return () => this.#toNeighbour(1);
      case 'previous': return () => this.#toNeighbour(-1);
      case 'messages': return () => this.#room.focusMessages();
      case 'back': return () => this.#escape();
      default: return null;
    }
  }

  #toNeighbour(step) {
    const id = this.#rooms.neighbour(step);
    if (id) this.showRoom(id);
  }

  /** One step back; never out of a text that is being written. */
  #escape() {
    if (this.#room.escape()) return;
    const active = document.activeElement;
    if (active?.closest('.message, .scroller')) this.#room.focusComposer();
    else if (this.#room.room && !(active instanceof HTMLTextAreaElement && active.value !== '')) this.showList();
  }

  /** A file that is dropped beside its place must not take the page's. */
  #dragged(event) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (event.type === 'drop') toast(t('noFiles'));
  }
}
