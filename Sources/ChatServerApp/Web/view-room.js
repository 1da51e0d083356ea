// A conversation: its head, its messages, who types, the composer; and the panel beside it.

import { avatar, bdi, h, icon, iconButton, loadMore, oncePerFrame, setText, toast, withMore } from './dom.js';
import { listOf, oneLine } from './format.js';
import { errorText, t } from './texts.js';
import { Composer } from './view-composer.js';
import { MessagesView } from './view-messages.js';

export class RoomView {
  #chat;
  #app;
  #offs = [];
  /** The open room's, or null. @type {any} */
  room = null;
  #messages = null;
  #composer = null;
  #panel = null;

  constructor(chat, app) {
    this.#chat = chat;
    this.#app = app;
    this.element = h('main.room', {});
    const drawMessages = oncePerFrame(() => this.#renderMessages());
    const drawRoom = oncePerFrame(() => this.#renderRoom());
    this.#offs = [
      chat.on('messages', (id) => { if (id === this.room?.id) drawMessages(); }),
      chat.on('room', (id) => { if (id === this.room?.id) drawRoom(); }),
      chat.on('users', () => { drawRoom(); drawMessages(); }),
      chat.on('presence', () => this.#renderHead()),
      chat.on('typing', (id) => { if (id === this.room?.id) this.#renderTyping(); }),
    ];
    this.#onVisible = () => this.#sawMessages();
    document.addEventListener('visibilitychange', this.#onVisible);
    addEventListener('focus', this.#onVisible);
    this.showNothing();
  }

  #onVisible;

  stop() {
    for (const off of this.#offs) off();
    document.removeEventListener('visibilitychange', this.#onVisible);
    removeEventListener('focus', this.#onVisible);
    this.#leave();
  }

  #leave() {
    this.closePanel();
    this.#composer?.stop();
    this.#messages?.stop();
    if (this.room) {
      this.room.unreadFrom = 0;
      this.#chat.closeRoom();
    }
    this.room = null;
    this.#messages = null;
    this.#composer = null;
  }

  showNothing() {
    this.#leave();
    this.element.replaceChildren(h('div.nothing-open', {},
      h('span.empty-art', { 'aria-hidden': 'true' }, '💬'),
      h('h2', {}, t('nothingOpen')), h('p', {}, t('nothingOpenHint')),
      h('p.shortcut-hints', {}, h('kbd', {}, 'Ctrl'), h('kbd', {}, 'K'), ' ', t('toSearch'))));
  }

  /** Opens a room, and there a message, if there is one to open. */
  async open(room, seq) {
    if (this.room !== room) {
      this.#leave();
      this.room = room;
      this.#build();
    }
    const wasThere = Boolean(seq && room.timeline.find(seq));
    if (seq && !wasThere) {
      this.#messages.leaveEnd();
      const opening = this.#chat.openRoom(room.id);
      await opening;
    } else {
      const opening = this.#chat.openRoom(room.id);
      this.#renderRoom();
      this.#renderMessages();
      await opening;
    }
    if (this.room !== room) return;
    if (seq) await this.jump(seq);
    this.#renderMessages();
  }

  #build() {
    const { room } = this;
    const chat = this.#chat;
    this.#messages = new MessagesView(chat, room, {
      actions: this.actions(), label: t('messagesIn', { name: chat.titleOf(room) }), onScroll: () => this.#sawMessages() });
    this.#composer = new Composer(chat, room, {
      onSent: () => this.#toEnd(), onUp: () => this.editLast(this.#messages, this.#composer) });
    this.toNew = h('button.pill.to-new', { type: 'button', hidden: true, onclick: () => this.#toFirstUnread() }, icon('up'), h('span', {}));
    this.toEnd = h('button.pill.to-end', { type: 'button', hidden: true, onclick: () => this.#toEnd() }, h('span', {}), icon('down'));
    this.typing = h('p.typing', { role: 'status' });
    this.foot = h('div.room-foot', {});
    this.head = h('header.room-head', {});
    this.body = h('div.room-body', {}, this.#messages.scroller, this.toNew, this.toEnd);
    this.column = h('section.room-column', { 'aria-label': t('conversation') }, this.head, this.body, this.typing, this.foot);
    this.element.replaceChildren(this.column);
    this.#buildHead();
    this.#renderFoot();
  }

  #buildHead() {
    const { room } = this;
    this.headAvatar = h('span.head-avatar', {});
    this.title = h('h2', { tabindex: '-1' });
    this.subtitle = h('p', {});
    const open = h('button.head-title', { type: 'button', 'aria-label': t('details'), onclick: () => this.#openDetails() }, this.headAvatar);
    this.head.replaceChildren(
      iconButton('back', t('backToList'), () => this.#app.showList(), { class: 'icon-button back' }),
      open, h('div.head-text', {}, this.title, this.subtitle),
      iconButton('search', t('searchHere'), () => this.#app.openSearch(room)),
      iconButton('info', t('details'), () => this.#openDetails(), { class: 'icon-button details' }));
  }

  #openDetails() {
    if (this.room.kind === 'direct') this.#app.openProfile(this.room.peer);
    else this.togglePanel('info');
  }

  // Rendering

  #renderRoom() {
    if (!this.room) return;
    this.#renderHead();
    this.#renderFoot();
    this.#renderTyping();
    this.#composer.relabel();
    this.#panel?.render();
  }

  #renderHead() {
    const { room } = this;
    if (!room) return;
    const name = this.#chat.titleOf(room);
    if (this.headAvatar.dataset.for !== name) {
      this.headAvatar.dataset.for = name;
      this.headAvatar.replaceChildren(avatar(name, room.peer ?? room.id, { isRoom: room.kind !== 'direct' }));
    }
    if (this.title.textContent !== name) this.title.replaceChildren(bdi(name));
    setText(this.subtitle, this.#subtitle());
    this.subtitle.classList.toggle('is-online', room.kind === 'direct' && this.#chat.presenceOf(room.peer).state === 'online');
    this.#panel?.renderPresence?.();
  }

  #subtitle() {
    const { room } = this;
    const chat = this.#chat;
    if (room.kind !== 'direct') {
      const online = [...room.members?.keys() ?? []].filter((id) => ['online', 'dnd'].includes(chat.presenceOf(id).state)).length;
      const members = t('members', { count: room.memberCount ?? 1 });
      return online > 1 ? `${members} · ${t('onlineCount', { count: online })}` : members;
    }
    return presenceText(chat.presenceOf(room.peer));
  }

  #renderFoot() {
    const { room } = this;
    const chat = this.#chat;
    const kind = !room.role ? 'join' : room.archived ? 'archived' : chat.may('send', room) ? 'write' : 'read';
    if (this.foot.dataset.kind === kind) return;
    this.foot.dataset.kind = kind;
    if (kind === 'write') {
      this.foot.replaceChildren(this.#composer.element);
      if (matchMedia('(pointer: fine)').matches) this.#composer.focus();
      return;
    }
    const notice = h('p.read-only', {}, icon('lock'), t(kind === 'archived' ? 'isArchived' : 'mayOnlyRead'));
    this.foot.replaceChildren(notice);
  }

  #renderTyping() {
    const { room } = this;
    if (!room) return;
    const names = room.typists.slice(0, 3).map((id) => this.#chat.nameOf(id));
    const count = room.typists.length;
    const text = count === 0 ? '' : count > 3 ? t('manyTyping') : t('typing', { names: listOf(names), count });
    if (this.typing.textContent !== text) {
      this.typing.replaceChildren(...(text ? [h('span.dots', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), h('span', { dir: 'auto' }, text)] : []));
    }
  }

  #renderMessages() {
    if (!this.room) return;
    this.#messages.render();
    this.#panel?.renderMessages?.();
  }

  #sawMessages() {
    const { room } = this;
    if (!room?.timeline.isLoaded || !this.#messages) return;
    const seq = this.#messages.lastSeen();
    if (document.visibilityState === 'visible' && document.hasFocus()) this.#chat.markRead(room, seq);
    const isAtEnd = this.#messages.isAtEnd;
    this.toEnd.hidden = isAtEnd;
    const below = Math.max(0, (room.last?.seq ?? 0) - Math.max(seq, room.read ?? 0));
    setText(this.toEnd.querySelector('span'), !isAtEnd && below > 0 && room.unread > 0 ? t('newCount', { count: room.unread }) : t('toEnd'));
    const isNewAbove = this.#messages.isNewLineAbove();
    this.toNew.hidden = !isNewAbove;
    if (isNewAbove) setText(this.toNew.querySelector('span'), t('toFirstUnread'));
  }

  // Moving

  async #toEnd() {
    const { room } = this;
    if (!room.timeline.isAtEnd) await this.#chat.loadEnd(room);
    if (this.room !== room) return;
    this.#messages.scrollToEnd();
    this.#renderMessages();
  }

  async #toFirstUnread() {
    const { room } = this;
    await this.jump(room.unreadFrom, { isFlashing: false });
    room.isNewSeen = true;
  }

  async jump(seq, options) {
    const { room } = this;
    if (this.#messages.show(seq, options)) return;
    this.#messages.leaveEnd();
    await this.#chat.loadAround(room, seq);
    await Promise.resolve();
    if (this.room !== room) return;
    this.#renderMessages();
    if (!this.#messages.show(seq, options)) this.#messages.show(room.timeline.messages[room.timeline.indexOf(seq)]?.seq ?? 0, options);
  }

  focusMessages() {
    this.#messages?.focusLast();
  }

  focusComposer() {
    if (this.foot?.dataset.kind === 'write') this.#composer.focus();
    else this.title?.focus();
  }

  /** What Escape ends here, innermost first. Answers whether there was something. */
  escape() {
    if (this.#composer?.cancel()) return true;
    if (this.#panel) {
      this.closePanel();
      this.focusComposer();
      return true;
    }
    return false;
  }

  /** What can be done with a message, see `view-actions.js`: loaded when it is wanted. */
  actions(composerOf = () => this.#composer) {
    let actions = null;
    const run = (name) => (...all) => withMore(({ messageActions }) => {
      actions ??= messageActions({ chat: this.#chat, app: this.#app, view: this, composerOf });
      return actions[name](...all);
    });
    return {
      profile: (id) => this.#app.openProfile(id),
      jump: (seq) => this.jump(seq),
      thread: (seq) => this.openThread(seq),
      focusComposer: () => composerOf().focus(),
      ...Object.fromEntries(['reply', 'edit', 'react', 'copy', 'remove', 'pickReaction', 'openMenu'].map((name) => [name, run(name)])),
    };
  }

  editLast(view, composer) {
    withMore(({ editLast }) => editLast(this.#chat, this.room, view, composer));
  }

  // The panel

  get panelKind() {
    return this.#panel?.kind ?? null;
  }

  closePanel() {
    if (!this.#panel) return;
    this.#panel.stop?.();
    this.#panel.element.remove();
    this.#panel = null;
    this.element.classList.remove('has-panel');
    if (this.room) this.room.thread = null;
  }

  async togglePanel(kind) {
    if (this.#panel?.kind === kind) {
      this.closePanel();
      return;
    }
    const { room } = this;
    const [{ InfoPanel }] = await Promise.all([import('./view-info.js'), loadMore()]);
    if (this.room === room) this.#showPanel(new InfoPanel(this.#chat, room, this.#app, () => this.closePanel()));
  }

  async openThread(seq) {
    const { room } = this;
    try {
      await withMore(({ openThread, threadPanel }) => {
        if (this.room !== room) return undefined;
        this.closePanel();
        const loading = openThread(this.#chat, room, seq);
        this.#showPanel(threadPanel(this.#chat, room, this));
        return loading;
      });
    } catch (error) {
      toast(errorText(error));
    }
  }

  #showPanel(panel) {
    this.closePanelKeeping(panel);
    this.#panel = panel;
    this.element.append(panel.element);
    this.element.classList.add('has-panel');
    panel.render();
    panel.focus();
  }

  closePanelKeeping(panel) {
    const { thread } = this.room;
    this.closePanel();
    if (panel.kind === 'thread') this.room.thread = thread;
  }
}

/** Online, away, last seen… */
export function presenceText({ state, status_text: status, last_seen: seen }) {
  const text = { online: t('online'), away: t('away'), dnd: t('dnd') }[state]
    ?? (seen && state === 'offline' ? t('lastSeen', { at: seen }) : t('offline'));
  return status ? `${text} · ${oneLine(status, 80)}` : text;
}
