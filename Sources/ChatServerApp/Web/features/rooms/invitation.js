// An invitation to a room: what it is to, and whether one wants to join.

import { path } from '../../protocol/rest.js';
import { openDialog } from '../../ui/dialog.js';
import { bdi, h, icon, whileBusy } from '../../ui/dom.js';
import { avatar } from '../../ui/names.js';
import { richText } from '../../ui/rich-text.js';
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
  try {
    const { room, by } = await chat.rest.get(path`/invites/${token}`);
    about.replaceChildren(avatar(room.name, id, { isRoom: true, size: 'is-large' }), h('h3', {}, bdi(room.name)),
      h('p', {}, `${t(room.kind)} · ${t('members', { count: room.members ?? 1 })}`),
      ...(room.topic ? [h('div.invitation-topic', {}, richText(room.topic, { userOf: () => undefined }))] : []),
      h('p', {}, t('invitedBy', { name: by.display_name })));
  } catch (problem) {
    if (problem.code !== 'not_found') return;
    // Nobody is asked to join by what does not hold any more.
    about.replaceChildren(h('p', {}, t('invitationOver')));
    join.remove();
  }
}
