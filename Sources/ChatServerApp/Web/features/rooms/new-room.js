// A new direct conversation, group or channel.

import { openDialog } from '../../ui/dialog.js';
import { field, h, whileBusy } from '../../ui/dom.js';
import { peoplePicker } from '../../ui/people-picker.js';
import { errorText, t } from '../../ui/texts.js';

/** A direct message, a group or a channel. */
export function openNew(chat, app, kind) {
  if (kind === 'direct') {
    const picker = peoplePicker(chat, { onchoose: async (user) => {
      dialog.close();
      await app.attempt(chat.rooms.openDirect(user.id).then((room) => app.showRoom(room.id)));
    } });
    const dialog = openDialog({ title: t('newDirect') }, picker.element);
    picker.focus();
    return;
  }
  const name = field({ label: t('roomName'), maxlength: '64', required: true, autocomplete: 'off', placeholder: t(kind === 'group' ? 'groupExample' : 'channelExample') });
  const isPublic = h('input', { type: 'checkbox' });
  const picker = peoplePicker(chat, { isMany: true });
  const error = h('p.form-error', { role: 'alert' });
  const submit = h('button.button.is-primary', { type: 'submit' }, t('create'));
  const dialog = openDialog({ title: t(kind === 'group' ? 'newGroup' : 'newChannel') },
    h('form.dialog-form', { novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      if (name.input.value.trim() === '') {
        error.textContent = t('nameMissing');
        name.input.focus();
        return;
      }
      whileBusy(submit, async () => {
        try {
          const room = await chat.rooms.create({ kind, name: name.input.value.trim(),
            visibility: isPublic.checked ? 'public' : 'private', members: [...picker.chosen.keys()] });
          dialog.close();
          app.showRoom(room.id);
        } catch (problem) {
          error.textContent = errorText(problem);
        }
      });
    } }, kind === 'channel' && h('p.hint.is-start', {}, t('channelHint')), name.element,
    h('label.check', {}, isPublic, h('span', {}, t('publicRoom'), h('small', {}, t('publicHint')))),
    picker.element, error, h('footer.dialog-footer', {}, h('button.button', { type: 'button', onclick: () => dialog.close() }, t('cancel')), submit)));
  name.input.focus();
}
