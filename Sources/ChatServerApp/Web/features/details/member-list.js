// Who is in a room: names, roles and presence, as far as somebody scrolls, and what one may do about them.

import { path } from '../../protocol/rest.js';
import { confirmDialog } from '../../ui/dialog.js';
import { addArrowKeys, bdi, h, icon, iconButton, oncePerFrame, setChildren } from '../../ui/dom.js';
import { openMenu } from '../../ui/menu.js';
import { avatar, nameOf, presenceDot } from '../../ui/names.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';

const ROLES = ['owner', 'admin', 'member', 'reader'];
/** So many are shown, and their names asked for, at a time. */
const STEP = 40;

export class MemberList {
  #chat;
  #room;
  #app;
  #rows = new Map();
  #count = STEP;
  #offs;
  #edge;
  #renderSoon = oncePerFrame(() => this.render());

  /** @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room @param {any} app */
  constructor(chat, room, app) {
    this.#chat = chat;
    this.#room = room;
    this.#app = app;
    this.list = h('ul.member-list', { 'aria-label': t('membersTitle') });
    this.rest = h('div.list-rest', {});
    addArrowKeys(this.list, '.member');
    this.#edge = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting) || this.#count >= (room.members?.size ?? 0)) return;
      this.#count += STEP;
      this.render();
    }, { rootMargin: '200px' });
    this.#edge.observe(this.rest);
    const { changes } = chat;
    this.#offs = [
      changes.on(['members', 'room'], (ids) => { if (ids.has(room.id)) this.#renderSoon(); }),
      changes.on(['person', 'presence'], (ids) => { if ([...ids].some((id) => this.#rows.has(id))) this.#renderSoon(); }),
    ];
  }

  stop() {
    for (const off of this.#offs) off();
    this.#edge.disconnect();
  }

  /** By their roles, and then those first whose names are known. */
  #members() {
    const { people } = this.#chat;
    const name = ({ user_id: id }) => people.peek(id)?.display_name || people.peek(id)?.username || '';
    const before = (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role)
      || Number(name(a) === '') - Number(name(b) === '') || name(a).localeCompare(name(b));
    return [...this.#room.members?.values() ?? []].sort(before).slice(0, this.#count);
  }

  render() {
    const room = this.#room;
    const chat = this.#chat;
    const rows = new Map();
    for (const member of this.#members()) {
      const name = nameOf(chat, member.user_id);
      const { state } = chat.presence.of(member.user_id);
      const signature = `${name} ${state} ${member.role} ${room.role} ${room.archived} ${member.muted_until ?? ''}`;
      const known = this.#rows.get(member.user_id);
      rows.set(member.user_id, known?.signature === signature ? known : { signature, element: this.#row(member, name, state) });
    }
    this.#rows = rows;
    setChildren(this.list, [...rows.values()].map(({ element }) => element));
  }

  #row(member, name, state) {
    const isMe = member.user_id === this.#chat.me.id;
    const more = this.#mayManage(member) && iconButton('more', t('manage', { name }), () => this.#openMenu(more, member, name), { 'aria-haspopup': 'menu' });
    return h('li.member-row', {},
      h('button.member', { type: 'button', onclick: () => this.#app.openProfile(member.user_id) },
        h('span.row-avatar', {}, avatar(name, member.user_id, { size: 'is-middle' }), presenceDot(state)),
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
    const { rest, rooms } = this.#chat;
    const { id: room, role: mine } = this.#room;
    const user = member.user_id;
    const run = async (work, done = /** @type {any} */ (null)) => {
      try {
        await work();
        await rooms.loadMembers(room);
        if (done) toast(done.text, done.action);
      } catch (error) {
        toast(errorText(error));
      }
    };
    const undo = (work) => ({ label: t('undo'), run: () => run(work) });
    const ask = (question, action, work, done = undefined) => async () => {
      if (await confirmDialog(question, action)) run(work, done);
    };
    const roles = mine === 'owner' ? ['admin', 'member', 'reader'] : ['member', 'reader'];
    openMenu(anchor, t('manage', { name }), [
      ...roles.map((role) => ({ label: t('make', { role: t(role) }), icon: 'shield', isChecked: member.role === role,
        run: () => run(() => rest.put(path`/rooms/${room}/members/${user}`, { role })) })),
      mine === 'owner' && { label: t('handOver'), icon: 'crown', run: ask(t('handOverQuestion', { name }), t('handOver'),
        () => rest.patch(path`/rooms/${room}`, { owner: user })) },
      null,
      member.muted_until
        ? { label: t('unmuteMember'), icon: 'unmute', run: () => run(() => rest.delete(path`/rooms/${room}/mutes/${user}`), { text: t('unmuted', { name }) }) }
        : { label: t('muteMember'), icon: 'mute', run: () => run(() => rest.put(path`/rooms/${room}/mutes/${user}`), {
          text: t('muted', { name }), action: undo(() => rest.delete(path`/rooms/${room}/mutes/${user}`)) }) },
      { label: t('kick'), icon: 'logout', isDanger: true, run: ask(t('kickQuestion', { name }), t('kick'),
        () => rest.delete(path`/rooms/${room}/members/${user}`), { text: t('kicked', { name }) }) },
      { label: t('ban'), icon: 'ban', isDanger: true, run: ask(t('banQuestion', { name }), t('ban'),
        () => rest.put(path`/rooms/${room}/bans/${user}`), {
          text: t('banned', { name }), action: undo(() => rest.delete(path`/rooms/${room}/bans/${user}`)) }) },
    ]);
  }
}
