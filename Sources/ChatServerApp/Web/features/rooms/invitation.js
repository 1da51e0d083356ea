// An invitation to a room: what it is to, and whether one wants to join.

import { openDialog } from '../../ui/dialog.js';
import { h, icon, whileBusy } from '../../ui/dom.js';
import { avatar } from '../../ui/names.js';
import { errorText, t } from '../../ui/texts.js';

/** @param {any} chat @param {any} app @param {{ id: string, token: string }} invitation */
export async function openInvitation(chat, app, { id, token }) {
  const about = h('div.invitation', {}, h('p', {}, t('invitationLead')));
  const error = h('p.form-error', { role: 'alert' });
  const join = h('button.button.is-primary', { type: 'button', onclick: () => whileBusy(join, async () => {
    error.textContent = '';
    try {
      const room = await chat.rooms.join(id, token);
      dialog.close();
      app.showRoom(room.id);
    } catch (problem) {
      error.textContent = problem.code === 'not_found' ? t('invitationOver') : errorText(problem);
    }
  }) }, icon('check'), t('join'));
  const dialog = openDialog({ title: t('invitation'), className: 'is-small' }, h('div.dialog-form', {}, about, error,
    h('footer.dialog-footer', {}, h('button.button', { type: 'button', onclick: () => dialog.close() }, t('notNow')), join)));
  join.focus();
  // What is not public says nothing of itself to those who are not in it.
  const room = await chat.rest.get(`/rooms/${encodeURIComponent(id)}`).then((answer) => answer.room, () => null);
  if (room) {
    about.replaceChildren(avatar(room.name, room.id, { isRoom: true, size: 'is-large' }), h('h3', {}, room.name),
      h('p', {}, `${t(room.kind)} · ${t('members', { count: room.members ?? 1 })}`));
  }
}
