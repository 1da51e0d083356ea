// What one changes about a room, each in a dialog: its name, its members, who may come back.

import { path } from '../../protocol/rest.js';
import { openDialog } from '../../ui/dialog.js';
import { bdi, field, h, icon, whileBusy } from '../../ui/dom.js';
import { avatar, nameOf } from '../../ui/names.js';
import { peoplePicker } from '../../ui/people-picker.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';

/** Who may not come back, and the way to let them. */
export async function showBanned(chat, room, app) {
  const list = h('ul.people', { 'aria-label': t('bannedPeople') });
  const hint = h('p.hint', { role: 'status' }, t('loading'));
  openDialog({ title: t('bannedPeople'), className: 'is-small' }, h('div.dialog-form', {}, list, hint));
  const render = (ids) => {
    hint.textContent = ids.length > 0 ? '' : t('nobodyBanned');
    list.replaceChildren(...ids.map((id) => {
      const name = nameOf(chat, id);
      const lift = h('button.button', { type: 'button', 'aria-label': t('unbanName', { name }), onclick: () => whileBusy(lift, async () => {
        if (await app.attempt(chat.rest.delete(path`/rooms/${room.id}/bans/${id}`).then(() => true))) render(ids.filter((other) => other !== id));
      }) }, t('unban'));
      return h('li.public-room', {}, avatar(name, id, { size: 'is-middle' }), h('span.person-text', {}, h('strong', {}, bdi(name))), lift);
    }));
  };
  try {
    const ids = (await chat.rest.get(`${path`/rooms/${room.id}/bans`}?limit=1000`)).bans.map(({ user_id: user }) => user);
    await Promise.all(ids.map((id) => chat.people.know(id)));
    render(ids);
  } catch (error) {
    hint.textContent = errorText(error);
  }
}


/** Its name, and who can find it. */
export function editRoom(room, change) {
  const name = field({ label: t('roomName'), maxlength: '64', value: room.name, autocomplete: 'off' });
  const isPublic = h('input', { type: 'checkbox' });
  isPublic.checked = room.visibility === 'public';
  const submit = h('button.button.is-primary', { type: 'submit' }, t('save'));
  const dialog = openDialog({ title: t('editRoom'), className: 'is-small' },
    h('form.dialog-form', { onsubmit: (event) => {
      event.preventDefault();
      whileBusy(submit, async () => {
        await change({ name: name.input.value.trim() || room.name, visibility: isPublic.checked ? 'public' : 'private' });
        dialog.close();
      });
    } }, name.element, h('label.check', {}, isPublic, h('span', {}, t('publicRoom'), h('small', {}, t('publicHint')))),
    h('footer.dialog-footer', {}, h('button.button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), submit)));
  name.input.select();
}

export function addPeople(chat, room) {
  const submit = h('button.button.is-primary', { type: 'submit', disabled: true }, t('add'));
  const picker = peoplePicker(chat, { isMany: true, without: new Set(room.members?.keys() ?? []),
    onchange: (chosen) => { submit.disabled = chosen.size === 0; } });
  const dialog = openDialog({ title: t('addPeople') }, h('form.dialog-form', { onsubmit: (event) => {
    event.preventDefault();
    whileBusy(submit, async () => {
      try {
        await chat.rest.post(path`/rooms/${room.id}/invites`, { user_ids: [...picker.chosen.keys()] });
        await chat.rooms.loadMembers(room.id);
        dialog.close();
      } catch (error) {
        toast(errorText(error));
      }
    });
  } }, picker.element, h('footer.dialog-footer', {}, submit)));
  picker.focus();
}

export async function inviteLink(chat, room) {
  try {
    const { token } = await chat.rest.post(path`/rooms/${room.id}/invites`, { link: true, expires_in_s: 7 * 86_400 });
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
