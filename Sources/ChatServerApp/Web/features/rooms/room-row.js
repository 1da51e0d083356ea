// A room in the list: who or what it is, what was said last, what is unread.

import { draftKey } from '../../model/drafts.js';
import { bdi, h, icon } from '../../ui/dom.js';
import { listOf, shortTime } from '../../ui/format.js';
import { oneLine } from '../../ui/markup.js';
import { nameOf, presenceDot, roomAvatar, titleOf } from '../../ui/names.js';
import { t } from '../../ui/texts.js';

const COUNT_MAX = 99;

export class RoomRow {
  #chat;
  #room;
  /** What each part shows, so that only what is another is drawn. @type {Record<string, string>} */
  #shown = {};
  /** Whose name or presence is shown. @type {Set<string>} */
  people = new Set();

  /** @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room @param {() => void} open */
  constructor(chat, room, open) {
    this.#chat = chat;
    this.#room = room;
    this.title = h('span.row-title', {});
    this.time = h('time.row-time', {});
    this.preview = h('span.row-preview', { dir: 'auto' });
    this.badges = h('span.row-badges', {});
    this.picture = h('span.row-avatar', {});
    this.link = h('a.row', { href: `#/r/${encodeURIComponent(room.id)}`, onclick: (event) => {
      // Another tab, a download: the browser's.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open();
    } }, this.picture, this.title, this.time, this.preview, this.badges);
    this.element = h('li', {}, this.link);
  }

  render(now = Date.now()) {
    const chat = this.#chat;
    const room = this.#room;
    this.people = new Set([room.peer, room.last?.user_id, ...room.typists].filter((id) => id !== null && id !== undefined));
    const name = titleOf(chat, room);
    const presence = room.peer ? chat.presence.of(room.peer).state : '';
    const at = Date.parse(room.activity);
    const preview = this.#preview();
    this.#draw('picture', `${name} ${presence}`, () => this.picture.replaceChildren(roomAvatar(chat, room), presenceDot(presence) ?? ''));
    this.#draw('title', name, () => this.title.replaceChildren(...(room.kind === 'channel' ? [icon('megaphone')] : []), bdi(name)));
    this.#draw('time', at ? shortTime(at, now) : '', (text) => {
      this.time.textContent = text;
      this.time.dateTime = at ? new Date(at).toISOString() : '';
    });
    this.#draw('preview', preview.text, () => this.preview.replaceChildren(...preview.nodes));
    this.#draw('badges', `${room.unread} ${room.mentions}`, () => this.#fillBadges());
    this.preview.classList.toggle('is-typing', preview.kind === 'typing');
    this.preview.classList.toggle('is-draft', preview.kind === 'draft');
    this.link.classList.toggle('is-unread', room.unread > 0);
    if (room.id === chat.sessions.openId) this.link.setAttribute('aria-current', 'page');
    else this.link.removeAttribute('aria-current');
  }

  #draw(part, value, draw) {
    if (this.#shown[part] === value) return;
    this.#shown[part] = value;
    draw(value);
  }

  #fillBadges() {
    const { unread, mentions } = this.#room;
    const count = unread > COUNT_MAX ? `${COUNT_MAX}+` : String(unread);
    this.badges.replaceChildren(
      mentions > 0 ? h('span.badge.is-mention', { role: 'img', 'aria-label': t('mentionCount', { count: mentions }) }, '@') : '',
      unread > 0 ? h('span.badge', { role: 'img', 'aria-label': t('unreadCount', { count: unread }) }, count) : '');
  }

  /** @returns {{ kind: string, text: string, nodes: (string | Node)[] }} */
  #preview() {
    const chat = this.#chat;
    const room = this.#room;
    const plain = (text, kind = '') => ({ kind, text, nodes: [text] });
    if (room.typists.length > 0) {
      const names = room.typists.slice(0, 2).map((id) => nameOf(chat, id));
      return plain(t('typing', { names: listOf(names), count: room.typists.length }), 'typing');
    }
    const draft = chat.drafts.of(draftKey(room.id, 0));
    if (draft && room.id !== chat.sessions.openId) return plain(`${t('draft')} ${oneLine(draft)}`, 'draft');
    const last = chat.outbox.in(room.id).at(-1) ?? room.last;
    if (!last) return plain(room.kind === 'direct' ? t('sayHello') : t('noMessages'));
    if ('deleted' in last && last.deleted) return plain(t('messageDeleted'));
    const text = oneLine(last.text);
    const isMine = last.user_id === chat.me.id;
    if (!isMine && room.kind === 'direct') return plain(text);
    const name = isMine ? t('you') : nameOf(chat, last.user_id);
    return { kind: '', text: `${name}: ${text}`, nodes: [bdi(name), ': ', bdi(text)] };
  }
}
