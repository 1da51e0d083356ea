// The head of a conversation: whose it is, who is there, and the ways to search and details.

import { bdi, h, iconButton, setText } from '../../ui/dom.js';
import { presenceText, roomAvatar, titleOf } from '../../ui/names.js';
import { t } from '../../ui/texts.js';

export class RoomHead {
  #chat;
  #room;
  #offs;

  /**
   * @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room
   * @param {{ app: any, openDetails: () => void }} options
   */
  constructor(chat, room, { app, openDetails }) {
    this.#chat = chat;
    this.#room = room;
    this.avatar = h('span.head-avatar', {});
    this.title = h('h1', { tabindex: '-1' });
    this.subtitle = h('p', {});
    const isIn = room.role !== null;
    this.element = h('header.room-head', {},
      iconButton('back', t('backToList'), () => app.showList(), { class: 'icon-button back' }),
      h('button.head-title', { type: 'button', 'aria-label': t('details'), disabled: !isIn, onclick: openDetails }, this.avatar),
      h('div.head-text', {}, this.title, this.subtitle),
      isIn && iconButton('search', t('searchHere'), () => app.openSearch(room)),
      isIn && iconButton('info', t('details'), openDetails, { class: 'icon-button details' }));
    const { changes } = chat;
    this.#offs = [
      changes.on(['room', 'members'], (ids) => { if (ids.has(room.id)) this.render(); }),
      changes.on(['person', 'presence'], (ids) => {
        if (room.peer ? ids.has(room.peer) : [...ids].some((id) => room.members?.has(id))) this.render();
      }),
    ];
    this.render();
  }

  stop() {
    for (const off of this.#offs) off();
  }

  render() {
    const room = this.#room;
    const name = titleOf(this.#chat, room);
    if (this.avatar.dataset.for !== name) {
      this.avatar.dataset.for = name;
      this.avatar.replaceChildren(roomAvatar(this.#chat, room));
    }
    if (this.title.textContent !== name) this.title.replaceChildren(bdi(name));
    setText(this.subtitle, this.#subtitle());
    this.subtitle.classList.toggle('is-online', room.peer !== null && this.#chat.presence.of(room.peer).state === 'online');
  }

  #subtitle() {
    const room = this.#room;
    const { presence } = this.#chat;
    if (room.kind === 'direct') return room.peer ? presenceText(presence.of(room.peer)) : '';
    const online = [...room.members?.keys() ?? []].filter((id) => ['online', 'dnd'].includes(presence.of(id).state)).length;
    const members = t('members', { count: room.memberCount });
    return online > 1 ? `${members} · ${t('onlineCount', { count: online })}` : members;
  }
}
