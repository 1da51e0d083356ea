// Public rooms, to look around and to join.

import { openDialog } from '../../ui/dialog.js';
import { addArrowKeys, bdi, h, skeleton, whileBusy } from '../../ui/dom.js';
import { avatar } from '../../ui/names.js';
import { searchField } from '../../ui/search-field.js';
import { errorText, t } from '../../ui/texts.js';

export async function openPublicRooms(chat, app) {
  const search = searchField(t('findRooms'));
  const list = h('ul.people', { 'aria-label': t('browseRooms') });
  const hint = h('p.hint', { role: 'status' });
  const dialog = openDialog({ title: t('browseRooms') }, h('div.people-picker', {}, search.element, list, hint));
  list.replaceChildren(...skeleton(4, 'of-room').map((row) => h('li', { 'aria-hidden': 'true' }, row)));
  addArrowKeys(list, 'button');
  let rooms = [];
  const render = () => {
    const query = search.input.value.trim().toLowerCase();
    const shown = rooms.filter(({ name }) => (name ?? '').toLowerCase().includes(query));
    list.replaceChildren(...shown.map((room) => {
      const isIn = Boolean(chat.rooms.get(room.id)?.role);
      const join = h(`button.button${isIn ? '' : '.is-primary'}`, { type: 'button', 'aria-label': `${t(isIn ? 'open' : 'join')} ${room.name}`, onclick: () => whileBusy(join, async () => {
        const joined = isIn ? room : await app.attempt(chat.rooms.join(room.id));
        if (!joined) return;
        dialog.close();
        app.showRoom(room.id);
      }) }, isIn ? t('open') : t('join'));
      return h('li.public-room', {}, avatar(room.name, room.id, { isRoom: true, size: 'is-middle' }),
        h('span.person-text', {}, h('strong', {}, bdi(room.name)), h('span', {}, `${t(room.kind)} · ${t('members', { count: room.members ?? room.memberCount ?? 1 })}`)), join);
    }));
    hint.textContent = shown.length > 0 ? '' : t('noPublicRooms');
  };
  search.input.addEventListener('input', render);
  search.input.focus();
  try {
    rooms = (await chat.rest.get('/rooms?scope=public&limit=100')).rooms;
    render();
  } catch (error) {
    list.replaceChildren();
    hint.textContent = errorText(error);
  }
}
