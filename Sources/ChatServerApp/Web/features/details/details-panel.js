// The panel about a room: its name, its members, and what one may do about it.

import { path } from '../../protocol/rest.js';
import { confirmDialog } from '../../ui/dialog.js';
import { bdi, h, icon, iconButton } from '../../ui/dom.js';
import { roomAvatar, titleOf } from '../../ui/names.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';
import { MemberList } from './member-list.js';
import { addPeople, editRoom, inviteLink, showBanned } from './room-dialogs.js';

export class DetailsPanel {
  kind = 'info';
  #chat;
  #room;
  #app;
  #members;
  #off;

  /** @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room @param {any} app */
  constructor(chat, room, app) {
    this.#chat = chat;
    this.#room = room;
    this.#app = app;
    this.#members = new MemberList(chat, room, app);
    this.about = h('div.info-about', {});
    this.invite = h('div.info-actions', {});
    this.foot = h('div.info-foot', {});
    this.closeButton = iconButton('close', t('close'), () => app.closePanel(room.id));
    this.element = h('aside.panel', { 'aria-label': t('details') },
      h('header.panel-head', {}, h('h2', {}, t('details')), this.closeButton),
      h('div.panel-scroll', { tabindex: '-1' }, this.about, this.invite, h('h3.info-title', {}, t('membersTitle')), this.#members.list,
        this.#members.rest, this.foot));
    this.#off = chat.changes.on(['room', 'members'], (ids) => { if (ids.has(room.id)) this.#renderRoom(); });
    chat.rooms.loadMembers(room.id).catch((error) => toast(errorText(error)));
  }

  stop() {
    this.#off();
    this.#members.stop();
  }

  focus() {
    this.closeButton.focus();
  }

  render() {
    this.#renderRoom();
    this.#members.render();
  }

  #renderRoom() {
    const room = this.#room;
    const chat = this.#chat;
    const key = [room.name, room.kind, room.visibility, room.archived, room.role].join('|');
    if (this.about.dataset.for === key) return;
    this.about.dataset.for = key;
    this.about.replaceChildren(roomAvatar(chat, room, { size: 'is-large' }), h('h3', {}, bdi(titleOf(chat, room))),
      h('p', {}, [t(room.kind), t(room.visibility), room.archived ? t('archived') : ''].filter(Boolean).join(' · ')));
    this.invite.replaceChildren(
      ...(room.may('invite') ? [
        h('button.button', { type: 'button', onclick: () => addPeople(chat, room) }, icon('user-plus'), t('addPeople')),
        h('button.button', { type: 'button', onclick: () => inviteLink(chat, room) }, icon('link'), t('inviteLink'))] : []),
      ...(room.may('manage') ? [h('button.button', { type: 'button', onclick: () => editRoom(room, (fields) => this.#change(fields)) },
        icon('settings'), t('editRoom'))] : []));
    this.#renderFoot();
  }

  #renderFoot() {
    const room = this.#room;
    this.foot.replaceChildren(
      ...(room.may('manage') ? [
        h('button.button', { type: 'button', onclick: () => this.#change({ archived: !room.archived }) },
          icon('archive'), room.archived ? t('unarchive') : t('archive')),
        h('button.button', { type: 'button', onclick: () => showBanned(this.#chat, room, this.#app) }, icon('ban'), t('bannedPeople'))] : []),
      h('button.button.is-danger-text', { type: 'button', onclick: () => this.#leave() }, icon('logout'), t('leave')),
      ...(room.may('own') ? [h('button.button.is-danger-text', { type: 'button', onclick: () => this.#delete() }, icon('trash'), t('deleteRoom'))] : []));
  }

  async #change(fields) {
    try {
      await this.#chat.rest.patch(path`/rooms/${this.#room.id}`, fields);
    } catch (error) {
      toast(errorText(error));
    }
  }

  async #leave() {
    if (!(await confirmDialog(t('leaveQuestion'), t('leave')))) return;
    try {
      await this.#chat.rest.post(path`/rooms/${this.#room.id}/leave`);
    } catch (error) {
      toast(this.#room.role === 'owner' && error.code !== 'offline' ? t('ownerLeaves') : errorText(error));
    }
  }

  async #delete() {
    if (!(await confirmDialog(t('deleteRoomQuestion'), t('deleteRoom')))) return;
    try {
      await this.#chat.rest.delete(path`/rooms/${this.#room.id}`);
    } catch (error) {
      toast(errorText(error));
    }
  }
}
