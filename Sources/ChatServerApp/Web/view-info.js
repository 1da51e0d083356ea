// The panel about a room: its name, its members with their roles and presence, and what one may do about them.

import { addArrowKeys, avatar, bdi, field, h, icon, iconButton, setChildren, toast, whileBusy } from './dom.js';
import { path } from './chat-client.js';
import { ban, loadBanned, unban } from './chat-more.js';
import { confirmDialog, openDialog, openMenu } from './more.js';
import { errorText, t } from './texts.js';
import { peoplePicker } from './view-dialogs.js';

const ROLES = ['owner', 'admin', 'member', 'reader'];
const SHOWN_MAX = 500;

export class InfoPanel {
  kind = 'info';
  #chat;
  #room;
  #app;
  #rows = new Map();

  constructor(chat, room, app, close) {
    this.#chat = chat;
    this.#room = room;
    this.#app = app;
    this.about = h('div.info-about', {});
    this.list = h('ul.member-list', { 'aria-label': t('membersTitle') });
    this.invite = h('div.info-actions', {});
    this.foot = h('div.info-foot', {});
    addArrowKeys(this.list, '.member');
    this.closeButton = iconButton('close', t('close'), close);
    this.element = h('aside.panel', { 'aria-label': t('details') },
      h('header.panel-head', {}, h('h2', {}, t('details')), this.closeButton),
      h('div.panel-scroll', { tabindex: '-1' }, this.about, this.invite, h('h3.info-title', {}, t('membersTitle')), this.list, this.foot));
    chat.loadMembers(room.id).catch((error) => toast(errorText(error)));
  }

  focus() {
    this.closeButton.focus();
  }

  render() {
    const room = this.#room;
    const chat = this.#chat;
    const key = [room.name, room.kind, room.visibility, room.archived, room.role].join('|');
    if (this.about.dataset.for !== key) {
      this.about.dataset.for = key;
      const name = chat.titleOf(room);
      this.about.replaceChildren(avatar(name, room.id, { isRoom: true, size: 'is-large' }), h('h3', {}, bdi(name)),
        h('p', {}, [t(room.kind), t(room.visibility ?? 'private'), room.archived ? t('archived') : ''].filter(Boolean).join(' · ')));
      this.invite.replaceChildren(
        ...(chat.may('invite', room) ? [
          h('button.button', { type: 'button', onclick: () => this.#addPeople() }, icon('user-plus'), t('addPeople')),
          h('button.button', { type: 'button', onclick: () => this.#inviteLink() }, icon('link'), t('inviteLink'))] : []),
        ...(chat.may('manage', room) ? [h('button.button', { type: 'button', onclick: () => this.#edit() }, icon('settings'), t('editRoom'))] : []));
      this.#renderFoot();
    }
    this.#renderMembers();
  }

  renderPresence() {
    this.#renderMembers();
  }

  #renderMembers() {
    const room = this.#room;
    const chat = this.#chat;
    const members = [...room.members?.values() ?? []]
      .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || chat.nameOf(a.user_id).localeCompare(chat.nameOf(b.user_id)))
      .slice(0, SHOWN_MAX);
    const rows = new Map();
    for (const member of members) {
      const name = chat.nameOf(member.user_id);
      const { state } = chat.presenceOf(member.user_id);
      const signature = `${name} ${state} ${member.role} ${room.role} ${room.archived} ${member.muted_until ?? ''}`;
      const known = this.#rows.get(member.user_id);
      const row = known?.signature === signature ? known : { signature, element: this.#memberRow(member, name, state) };
      rows.set(member.user_id, row);
    }
    this.#rows = rows;
    setChildren(this.list, [...rows.values()].map(({ element }) => element));
  }

  #memberRow(member, name, state) {
    const isMe = member.user_id === this.#chat.me.id;
    const more = this.#mayManage(member) && iconButton('more', t('manage', { name }), () => this.#openMenu(more, member, name), { 'aria-haspopup': 'menu' });
    return h('li.member-row', {},
      h('button.member', { type: 'button', onclick: () => this.#app.openProfile(member.user_id) },
        h('span.row-avatar', {}, avatar(name, member.user_id, { size: 'is-middle' }), state !== 'offline' && h(`span.dot.is-${state}`, { role: 'img', 'aria-label': t(state) })),
        h('span.member-name', {}, bdi(name), isMe && h('small', {}, ` ${t('itsYou')}`)),
        member.muted_until && h('span.role', {}, t('isMuted')),
        member.role !== 'member' && h('span.role', {}, t(member.role))), more);
  }

  #mayManage({ user_id: id, role }) {
    const mine = this.#room.role;
    if (id === this.#chat.me.id || this.#room.archived) return false;
    return mine === 'owner' || (mine === 'admin' && role !== 'owner' && role !== 'admin');
  }

  #openMenu(anchor, member, name) {
    const { rest } = this.#chat;
    const { id: room, role: mine } = this.#room;
    const user = member.user_id;
    const run = async (work, done) => {
      try {
        await work();
        await this.#chat.loadMembers(room);
        if (done) toast(done.text, done.action);
      } catch (error) {
        toast(errorText(error));
      }
    };
    const setRole = (role) => ({ label: t('make', { role: t(role) }), icon: 'shield', isChecked: member.role === role,
      run: () => run(() => rest.put(path`/rooms/${room}/members/${user}`, { role })) });
    const roles = mine === 'owner' ? ['admin', 'member', 'reader'] : ['member', 'reader'];
    openMenu(anchor, t('manage', { name }), [
      ...roles.map(setRole),
      mine === 'owner' && { label: t('handOver'), icon: 'crown', run: async () => {
        if (await confirmDialog(t('handOverQuestion', { name }), t('handOver'))) run(() => rest.patch(path`/rooms/${room}`, { owner: user }));
      } },
      null,
      member.muted_until ? { label: t('unmuteMember'), icon: 'unmute', run: () => run(() => rest.delete(path`/rooms/${room}/mutes/${user}`), { text: t('unmuted', { name }) }) }
        : { label: t('muteMember'), icon: 'mute', run: () => run(() => rest.put(path`/rooms/${room}/mutes/${user}`), {
          text: t('muted', { name }), action: { label: t('undo'), run: () => run(() => rest.delete(path`/rooms/${room}/mutes/${user}`)) } }) },
      { label: t('kick'), icon: 'logout', isDanger: true, run: async () => {
        if (await confirmDialog(t('kickQuestion', { name }), t('kick'))) run(() => rest.delete(path`/rooms/${room}/members/${user}`), { text: t('kicked', { name }) });
      } },
      { label: t('ban'), icon: 'ban', isDanger: true, run: async () => {
        if (!(await confirmDialog(t('banQuestion', { name }), t('ban')))) return;
        run(() => ban(this.#chat, this.#room, user), {
          text: t('banned', { name }), action: { label: t('undo'), run: () => run(() => unban(this.#chat, this.#room, user)) } });
      } },
    ].filter((item) => item !== false));
  }

  #renderFoot() {
    const room = this.#room;
    const chat = this.#chat;
    const isOwner = room.role === 'owner';
    this.foot.replaceChildren(
      ...(chat.may('manage', room) ? [h('button.button', { type: 'button', onclick: () => this.#change({ archived: !room.archived }) },
        icon('archive'), room.archived ? t('unarchive') : t('archive')),
      h('button.button', { type: 'button', onclick: () => this.#showBanned() }, icon('ban'), t('bannedPeople'))] : []),
      h('button.button.is-danger-text', { type: 'button', onclick: () => this.#leave() }, icon('logout'), t('leave')),
      ...(isOwner ? [h('button.button.is-danger-text', { type: 'button', onclick: () => this.#delete() }, icon('trash'), t('deleteRoom'))] : []));
  }

  /** Who may not come back, and the way to let them. */
  async #showBanned() {
    const chat = this.#chat;
    const room = this.#room;
    const list = h('ul.people', { 'aria-label': t('bannedPeople') });
    const hint = h('p.hint', { role: 'status' }, t('loading'));
    openDialog({ title: t('bannedPeople'), className: 'is-small' }, h('div.dialog-form', {}, list, hint));
    const render = (ids) => {
      hint.textContent = ids.length > 0 ? '' : t('nobodyBanned');
      list.replaceChildren(...ids.map((id) => {
        const name = chat.nameOf(id);
        const lift = h('button.button', { type: 'button', 'aria-label': t('unbanName', { name }), onclick: () => whileBusy(lift, async () => {
          if (await this.#app.attempt(unban(chat, room, id).then(() => true))) render(ids.filter((other) => other !== id));
        }) }, t('unban'));
        return h('li.public-room', {}, avatar(name, id, { size: 'is-middle' }), h('span.person-text', {}, h('strong', {}, bdi(name))), lift);
      }));
    };
    try {
      const ids = await loadBanned(chat, room);
      await Promise.all(ids.map((id) => chat.knowUser(id)));
      render(ids);
    } catch (error) {
      hint.textContent = errorText(error);
    }
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

  #edit() {
    const room = this.#room;
    const name = field({ label: t('roomName'), maxlength: '64', value: room.name, autocomplete: 'off' });
    const isPublic = h('input', { type: 'checkbox' });
    isPublic.checked = room.visibility === 'public';
    const submit = h('button.button.is-primary', { type: 'submit' }, t('save'));
    const dialog = openDialog({ title: t('editRoom'), className: 'is-small' },
      h('form.dialog-form', { onsubmit: (event) => {
        event.preventDefault();
        whileBusy(submit, async () => {
          await this.#change({ name: name.input.value.trim() || room.name, visibility: isPublic.checked ? 'public' : 'private' });
          dialog.close();
        });
      } }, name.element, h('label.check', {}, isPublic, h('span', {}, t('publicRoom'), h('small', {}, t('publicHint')))),
      h('footer.dialog-footer', {}, h('button.button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), submit)));
    name.input.select();
  }

  #addPeople() {
    const room = this.#room;
    const submit = h('button.button.is-primary', { type: 'submit', disabled: true }, t('add'));
    const picker = peoplePicker(this.#chat, { isMany: true, without: new Set(room.members?.keys() ?? []),
      onchange: (chosen) => { submit.disabled = chosen.size === 0; } });
    const dialog = openDialog({ title: t('addPeople') }, h('form.dialog-form', { onsubmit: (event) => {
      event.preventDefault();
      whileBusy(submit, async () => {
        try {
          await this.#chat.rest.post(path`/rooms/${room.id}/invites`, { user_ids: [...picker.chosen.keys()] });
          await this.#chat.loadMembers(room.id);
          dialog.close();
        } catch (error) {
          toast(errorText(error));
        }
      });
    } }, picker.element, h('footer.dialog-footer', {}, submit)));
    picker.focus();
  }

  async #inviteLink() {
    const room = this.#room;
    try {
      const { token } = await this.#chat.rest.post(path`/rooms/${room.id}/invites`, { link: true, expires_in_s: 7 * 86_400 });
      const link = field({ label: t('inviteLink'), readonly: true, hint: t('inviteHint'),
        value: `${location.origin}/#/join/${encodeURIComponent(room.id)}/${encodeURIComponent(token)}` });
      const copy = h('button.button.is-primary', { type: 'button', onclick: async () => {
        link.input.select();
        await navigator.clipboard?.writeText(link.input.value).catch(() => {});
        toast(t('copied'));
      } }, icon('copy'), t('copyLink'));
      openDialog({ title: t('inviteLink'), className: 'is-small' },
        h('div.dialog-form', {}, link.element, h('footer.dialog-footer', {}, copy)));
      link.input.select();
    } catch (error) {
      toast(errorText(error));
    }
  }
}
