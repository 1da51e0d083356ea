// A conversation: its head, its messages, its foot, and the panel beside it.

import { emptyArt, h, icon, setText } from '../../ui/dom.js';
import { roomAvatar, titleOf } from '../../ui/names.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';
import { Composer } from '../composer/composer.js';
import { MessageList } from '../messages/message-list.js';
import { Seen } from '../messages/seen.js';
import { RoomFoot } from './room-foot.js';
import { RoomHead } from './room-head.js';

const ACTIONS = ['reply', 'edit', 'react', 'copy', 'forward', 'remove', 'pickReaction', 'openMenu'];

export class RoomView {
  #chat;
  #app;
  /** The open room's, or null. @type {import('../../model/room-state.js').RoomState | null} */
  room = null;
  /** @type {MessageList | null} */
  #messages = null;
  /** @type {Composer | null} */
  #composer = null;
  /** @type {RoomHead | null} */
  #head = null;
  /** @type {RoomFoot | null} */
  #foot = null;
  /** @type {Seen | null} */
  #seen = null;
  /** @type {any} */
  #panel = null;
  /** Which panel is on its way. */
  #wantedPanel = '';
  #listening = new AbortController();
  #off;
  /** Whether it is shown what somebody can do who is in no room. */
  #isWelcome = false;

  /** @param {import('../../model/chat.js').Chat} chat @param {any} app */
  constructor(chat, app) {
    this.#chat = chat;
    this.#app = app;
    this.element = h('main.room', {});
    const look = () => this.#sawMessages();
    const { signal } = this.#listening;
    document.addEventListener('visibilitychange', look, { signal });
    for (const name of ['focus', 'blur']) addEventListener(name, look, { signal });
    this.showNothing();
    this.#off = chat.changes.on('rooms', () => { if (!this.room && this.#isWelcome !== this.#isAlone()) this.showNothing(); });
  }

  stop() {
    this.#off();
    this.#listening.abort();
    this.#leave();
  }

  #leave() {
    this.#closePanel();
    if (!this.room) return;
    const { place = null } = this.#messages ?? {};
    for (const part of [this.#composer, this.#messages, this.#head, this.#foot, this.#seen]) part?.stop();
    this.room = null;
    this.#chat.close(place);
  }

  /** Whether one is in no room at all. */
  #isAlone() {
    const { rooms } = this.#chat;
    return rooms.isReady && ![...rooms.all.values()].some(({ role }) => role !== null);
  }

  showNothing() {
    this.#leave();
    this.#isWelcome = this.#isAlone();
    if (this.#isWelcome) {
      this.#app.late.use('welcome', ({ welcome }) => {
        if (!this.room && this.#isWelcome) this.element.replaceChildren(welcome(this.#app));
      });
      return;
    }
    this.element.replaceChildren(h('div.nothing-open', {},
      emptyArt('thread'),
      h('h1', {}, t('nothingOpen')), h('p', {}, t('nothingOpenHint')),
      h('p.shortcut-hints', {}, h('kbd', {}, 'Ctrl'), h('kbd', {}, 'K'), ' ', t('toSearch'))));
  }

  /**
   * Opens a room, there a message, if there is one to open, and what is beside it: where one looked the last time, or
   * where what is new begins.
   */
  async open(room, seq, panel) {
    const isNew = this.room !== room;
    if (isNew) {
      this.#leave();
      this.room = room;
      this.#build();
    }
    const messages = /** @type {MessageList} */ (this.#messages);
    const session = this.#chat.sessions.of(room.id);
    const { place } = session;
    const isAtEnd = !seq && !(isNew && (room.unread > 0 || place));
    if (isNew && !isAtEnd) messages.leaveEnd();
    // Of a room that is open already, nothing is read anew: one may be looking at another piece of its history.
    const opening = isNew ? this.#chat.open(room) : Promise.resolve();
    if (!seq || room.timeline.find(seq)) messages.render();
    if (isNew && !seq) this.#goToStart(session, place, false);
    this.#showPanel(panel);
    await opening;
    if (this.room !== room) return;
    messages.render();
    if (seq) await this.jump(seq);
    else if (isNew) this.#goToStart(session, place, true);
  }

  /** Where reading begins: with what is new, where one looked the last time, or at the end. */
  #goToStart(session, place, isLoaded) {
    const messages = /** @type {MessageList} */ (this.#messages);
    if (!messages.timeline.isLoaded) return;
    if (session.firstUnread > 0 ? messages.goToNew() || !isLoaded : place && messages.goTo(place)) return;
    if (messages.timeline.isAtEnd) messages.scrollToEnd();
  }

  #build() {
    const chat = this.#chat;
    const app = this.#app;
    const room = /** @type {import('../../model/room-state.js').RoomState} */ (this.room);
    const { late } = app;
    this.#seen = new Seen((seq) => chat.reading.mark(room, seq));
    this.#messages = new MessageList(chat, room, { actions: this.#actions(() => this.#composer), late,
      label: t('messagesIn', { name: titleOf(chat, room) }), onScroll: () => this.#sawMessages() });
    this.#composer = new Composer(chat, room, { late,
      onSent: () => this.#toEnd(), onUp: () => this.#editLast(this.#messages, this.#composer) });
    this.#head = new RoomHead(chat, room, { app, openDetails: () => this.#openDetails() });
    this.#foot = new RoomFoot(chat, room, app, this.#composer);
    this.toNew = h('button.pill.to-new', { type: 'button', hidden: true, onclick: () => this.#toFirstUnread() }, icon('up'), h('span', {}));
    this.toEnd = h('button.pill.to-end', { type: 'button', hidden: true, onclick: () => this.#toEnd() }, h('span', {}), icon('down'));
    const body = h('div.room-body', {}, room.role ? this.#messages.scroller : this.#stranger(room));
    this.element.replaceChildren(h('section.room-column', { 'aria-label': t('conversation') },
      this.#head.element, body, h('div.pills', {}, this.toNew, this.toEnd), this.#foot.typing, this.#foot.element));
  }

  /** What is seen of a room that one is not in. */
  #stranger(room) {
    return h('div.stranger', {}, roomAvatar(this.#chat, room, { size: 'is-large' }), h('h2', {}, room.name),
      h('p', {}, `${t(room.kind)} · ${t('members', { count: room.memberCount })}`));
  }

  get title() {
    return this.#head?.title;
  }

  #openDetails() {
    if (this.room?.kind === 'direct') this.#app.openProfile(this.room.peer);
    else this.toggleDetails();
  }

  toggleDetails() {
    if (!this.room?.role) return;
    if (this.#panel?.kind === 'info') this.#app.closePanel(this.room.id);
    else this.#app.showDetails(this.room.id);
  }

  #sawMessages() {
    const { room } = this;
    const messages = this.#messages;
    if (!room?.timeline.isLoaded || !messages) return;
    const seq = messages.lastSeen();
    this.#seen?.update(seq, document.visibilityState === 'visible' && document.hasFocus());
    const { isAtEnd } = messages;
    this.toEnd.hidden = isAtEnd;
    const isNewBelow = !isAtEnd && room.unread > 0 && room.seq > Math.max(seq, room.read);
    setText(this.toEnd.querySelector('span'), isNewBelow ? t('newCount', { count: room.unread }) : t('toEnd'));
    this.toNew.hidden = !messages.isNewLineAbove();
    if (!this.toNew.hidden) setText(this.toNew.querySelector('span'), t('toFirstUnread'));
  }

  // Moving

  async #toEnd() {
    const { room } = this;
    if (!room) return;
    if (!room.timeline.isAtEnd) await this.#chat.histories.loadEnd(room);
    if (this.room !== room) return;
    this.#messages?.scrollToEnd();
    this.#messages?.render();
  }

  async #toFirstUnread() {
    const { room } = this;
    if (!room) return;
    await this.jump(this.#chat.sessions.of(room.id).firstUnread, { isFlashing: false });
    this.#chat.sessions.sawNew(room.id);
  }

  async jump(seq, options = {}) {
    const { room } = this;
    const messages = this.#messages;
    if (!room || !messages || messages.show(seq, options)) return;
    messages.leaveEnd();
    await this.#chat.histories.loadAround(room, seq);
    if (this.room !== room) return;
    messages.render();
    if (!messages.show(seq, options)) messages.show(room.timeline.messages[room.timeline.indexOf(seq)]?.seq ?? 0, options);
  }

  focusMessages() {
    this.#messages?.focusLast();
  }

  focusComposer() {
    if (this.#foot?.mayWrite) this.#composer?.focus();
    else this.title?.focus();
  }

  /** What Escape ends here, innermost first. Answers whether there was something. */
  escape() {
    if (this.#composer?.cancel()) return true;
    if (!this.#panel || !this.room) return false;
    this.#app.closePanel(this.room.id);
    return true;
  }

  /** What can be done with a message, see `message-actions.js`: loaded when it is wanted. */
  #actions(composerOf) {
    const app = this.#app;
    let actions = null;
    const run = (name) => (...all) => app.late.use('messageActions', ({ messageActions }) => {
      actions ??= messageActions({ chat: this.#chat, app, view: this, composerOf });
      return actions[name](...all);
    });
    return {
      profile: (id) => app.openProfile(id),
      jump: (seq) => this.jump(seq),
      open: (id, seq) => app.showRoom(id, seq),
      thread: (seq) => app.showThread(this.room?.id, seq),
      focusComposer: () => composerOf()?.focus(),
      ...Object.fromEntries(ACTIONS.map((name) => [name, run(name)])),
    };
  }

  #editLast(list, composer) {
    this.#app.late.use('messageActions', ({ editLast }) => editLast(this.#chat, this.room, list, composer));
  }

  // The panel

  #closePanel() {
    this.#wantedPanel = '';
    if (!this.#panel) return;
    const hadFocus = this.#panel.element.contains(document.activeElement);
    this.#panel.stop();
    this.#panel.element.remove();
    this.#scrim?.remove();
    this.#panel = null;
    this.element.classList.remove('has-panel');
    if (!this.room) return;
    this.#chat.sessions.setThread(this.room.id, null);
    // On a touch screen the composer's focus would bring the keyboard.
    if (hadFocus && matchMedia('(pointer: fine)').matches) this.focusComposer();
    else if (hadFocus) this.title?.focus({ preventScroll: true });
  }

  /** Behind a panel that lies over the conversation: a click on it closes the panel. @type {HTMLElement | null} */
  #scrim = null;

  /** @param {{ kind: 'thread', seq: number } | { kind: 'info' } | null} place what the address says is beside the room */
  async #showPanel(place) {
    const { room } = this;
    const wanted = place && room?.role ? JSON.stringify(place) : '';
    if (!room || wanted === this.#wantedPanel) return;
    this.#closePanel();
    this.#wantedPanel = wanted;
    if (!place || !wanted) return;
    try {
      const panel = await (place.kind === 'thread' ? this.#threadPanel(room, place.seq) : this.#detailsPanel(room));
      if (this.room !== room || this.#wantedPanel !== wanted) {
        panel.stop();
        return;
      }
      this.#panel = panel;
      this.#scrim = h('div.scrim', { onclick: () => this.#app.closePanel(room.id) });
      this.element.append(this.#scrim, panel.element);
      this.element.classList.add('has-panel');
      panel.render();
      panel.focus();
    } catch (error) {
      toast(errorText(error));
    }
  }

  async #detailsPanel(room) {
    const { DetailsPanel } = await this.#app.late.get('details');
    return new DetailsPanel(this.#chat, room, this.#app);
  }

  async #threadPanel(room, seq) {
    const { threadPanel } = await this.#app.late.get('thread');
    this.#chat.histories.openThread(room, seq).catch((error) => toast(errorText(error)));
    return threadPanel({ chat: this.#chat, room, late: this.#app.late, actions: (composerOf) => this.#actions(composerOf),
      editLast: (list, composer) => this.#editLast(list, composer), close: () => this.#app.closePanel(room.id) });
  }
}
