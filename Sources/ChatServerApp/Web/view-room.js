// A conversation: its head, its messages, who types, the composer; and the panel beside it.

import { avatar, bdi, confirmDialog, h, icon, iconButton, loadMoreStyle, oncePerFrame, openDialog, openPopup, setText, toast } from './dom.js';
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
      actions: this.#actions(), label: t('messagesIn', { name: chat.titleOf(room) }), onScroll: () => this.#sawMessages() });
    this.#composer = new Composer(chat, room, {
      onSent: () => this.#toEnd(), onUp: () => this.#editLast(this.#messages, this.#composer) });
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

  async #editLast(view, composer) {
    const { timeline } = view;
    await this.#arrived(timeline, composer);
    if (!composer.isEmpty || !composer.element.isConnected) return;
    view.render();
    const mine = timeline.messages.findLast(({ user_id: id, deleted }) => id === this.#chat.me.id && !deleted);
    if (mine && view.elementOf(mine.seq)) composer.edit(mine);
    else view.focusLast();
  }

  /** What was sent a moment ago may still be on its way, and is the last all the same: waits until it is there. */
  #arrived(timeline, composer) {
    const chat = this.#chat;
    const { id } = this.room;
    const last = chat.outbox.in(id).findLast(({ thread }) => (thread ?? null) === composer.thread);
    const isOver = () => !composer.isEmpty || last.state === 'failed' || timeline.findSent(last.client_msg_id) !== undefined;
    if (!last || isOver()) return undefined;
    return new Promise((resolve) => {
      const off = chat.on('messages', () => {
        if (!isOver() && composer.element.isConnected) return;
        off();
        resolve(undefined);
      });
    });
  }

  // What can be done with a message

  #actions(composerOf = () => this.#composer) {
    const chat = this.#chat;
    const attempt = (work) => work.catch((error) => toast(errorText(error)));
    const actions = {
      profile: (id) => this.#app.openProfile(id),
      jump: (seq) => this.jump(seq),
      thread: (seq) => this.openThread(seq),
      focusComposer: () => composerOf().focus(),
      reply: (message) => { if (chat.may('send', this.room)) composerOf().reply(message); },
      edit: (message) => { if (chat.may('send', this.room)) composerOf().edit(message); },
      react: (message, key) => { if (chat.may('react', this.room)) attempt(chat.react(this.room, message, key)); },
      copy: (message) => attempt(copyText(message.text).then(() => toast(t('copied')))),
      remove: (message) => this.#remove(message),
      pickReaction: async (message, anchor) => {
        if (!chat.may('react', this.room)) return;
        const [{ emojiPicker }] = await Promise.all([import('./emoji.js'), loadMoreStyle()]);
        const picker = emojiPicker((key) => { popup.close(); actions.react(message, key); });
        const popup = openPopup(anchor, picker, { label: t('react') });
        picker.querySelector('input').focus();
      },
      menu: (message, element, isThread) => {
        const { room } = this;
        const isMine = message.user_id === chat.me.id;
        const maySend = chat.may('send', room);
        return [
          chat.may('react', room) && { label: t('react'), icon: 'smile', run: () => actions.pickReaction(message, element.querySelector('.bubble')) },
          maySend && { label: t('reply'), icon: 'reply', run: () => actions.reply(message) },
          !isThread && { label: t('openThread'), icon: 'thread', run: () => actions.thread(message.thread ?? message.seq) },
          null,
          { label: t('copyText'), icon: 'copy', run: () => actions.copy(message) },
          { label: t('copyLink'), icon: 'link', run: () => attempt(copyText(`${location.origin}/#/r/${room.id}/${message.seq}`).then(() => toast(t('copied')))) },
          { label: t('messageInfo'), icon: 'info', run: () => this.#app.openMessageInfo(room, message) },
          null,
          isMine && maySend && { label: t('edit'), icon: 'edit', run: () => actions.edit(message) },
          { label: t('delete'), icon: 'trash', isDanger: true, run: () => actions.remove(message) },
        ].filter((item) => item !== false);
      },
      pendingMenu: (entry) => [
        ...(entry.state === 'failed' ? [
          { label: t('tryAgain'), icon: 'send', run: () => chat.outbox.retry(entry) },
          { label: t('edit'), icon: 'edit', run: () => composerOf().takeBack(entry) }] : []),
        { label: t('copyText'), icon: 'copy', run: () => actions.copy(entry) },
        ...(entry.state === 'failed' ? [null, { label: t('discard'), icon: 'trash', isDanger: true, run: () => chat.outbox.discard(entry) }] : []),
      ],
    };
    return actions;
  }

  async #remove(message) {
    const { room } = this;
    const chat = this.#chat;
    const isMine = message.user_id === chat.me.id;
    const mayForAll = room.role && !room.archived && (isMine ? chat.may('send', room) : chat.may('manage', room));
    const scope = await chooseScope(mayForAll, message);
    if (!scope) return;
    try {
      await chat.remove(room, message, scope);
    } catch (error) {
      toast(errorText(error));
    }
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
    const [{ InfoPanel }] = await Promise.all([import('./view-info.js'), loadMoreStyle()]);
    if (this.room === room) this.#showPanel(new InfoPanel(this.#chat, room, this.#app, () => this.closePanel()));
  }

  async openThread(seq) {
    const { room } = this;
    this.closePanel();
    const loading = this.#chat.openThread(room, seq);
    this.#showPanel(this.#threadPanel(room));
    try {
      await loading;
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

  #threadPanel(room) {
    const chat = this.#chat;
    const { thread } = room;
    let composer = null;
    const view = new MessagesView(chat, room, { thread, actions: this.#actions(() => composer), label: t('thread') });
    composer = new Composer(chat, room, {
      thread: thread.seq, onSent: () => view.scrollToEnd(), onUp: () => this.#editLast(view, composer) });
    const foot = chat.may('send', room) ? composer.element : null;
    return {
      kind: 'thread',
      element: h('aside.panel', { 'aria-label': t('thread') },
        h('header.panel-head', {}, h('h2', {}, t('thread')), iconButton('close', t('close'), () => { this.closePanel(); this.focusComposer(); })),
        h('div.room-body', {}, view.scroller), h('div.room-foot', {}, foot)),
      render: () => view.render(),
      renderMessages: () => view.render(),
      focus: () => { if (foot) composer.focus(); },
      stop: () => { composer.stop(); view.stop(); },
    };
  }
}

/** Online, away, last seen… */
export function presenceText({ state, status_text: status, last_seen: seen }) {
  const text = { online: t('online'), away: t('away'), dnd: t('dnd') }[state]
    ?? (seen && state === 'offline' ? t('lastSeen', { at: seen }) : t('offline'));
  return status ? `${text} · ${oneLine(status, 80)}` : text;
}

async function copyText(text) {
  if (!navigator.clipboard) throw new Error('no clipboard');
  await navigator.clipboard.writeText(text);
}

/** For whom a message is to be deleted: `all`, `self`, or nothing. */
async function chooseScope(mayForAll, message) {
  if (!mayForAll) return (await confirmDialog(t('deleteForMeHint'), t('deleteForMe'))) ? 'self' : null;
  return new Promise((resolve) => {
    let scope = null;
    const choose = (value) => () => { scope = value; dialog.close(); };
    const dialog = openDialog({ title: t('deleteQuestion'), className: 'is-small' },
      h('blockquote.dialog-quote', { dir: 'auto' }, oneLine(message.text)),
      h('footer.dialog-footer', {},
        h('button.button', { type: 'button', onclick: choose('self') }, t('deleteForMe')),
        h('button.button.is-danger', { type: 'button', onclick: choose('all') }, t('deleteForAll'))));
    dialog.addEventListener('close', () => resolve(scope));
  });
}
