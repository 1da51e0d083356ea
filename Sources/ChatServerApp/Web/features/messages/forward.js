// Forwards a message: to which room, and how it looks there.

import { openDialog } from '../../ui/dialog.js';
import { addArrowKeys, bdi, h } from '../../ui/dom.js';
import { byteLength, oneLine } from '../../ui/markup.js';
import { avatar, nameOf, titleOf } from '../../ui/names.js';
import { searchField } from '../../ui/search-field.js';
import { t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';

const TEXT_BYTES_MAX = 16_384;
const SHOWN_MAX = 40;

/** @param {any} chat @param {any} app @param {import('../../model/types.js').Message} message */
export function openForward(chat, app, message) {
  const text = `**${nameOf(chat, message.user_id).replaceAll('*', '')}**\n${message.text.split('\n').map((line) => `> ${line}`).join('\n')}`;
  if (byteLength(text) > TEXT_BYTES_MAX) {
    toast(t('tooLong', { count: byteLength(text) - TEXT_BYTES_MAX }));
    return;
  }
  const search = searchField(t('forwardTo'));
  const list = h('ul.people', { 'aria-label': t('rooms') });
  const hint = h('p.hint', { role: 'status' });
  const show = () => {
    const query = search.input.value.trim().toLowerCase();
    const rooms = chat.rooms.sorted().filter((room) => room.may('send') && titleOf(chat, room).toLowerCase().includes(query)).slice(0, SHOWN_MAX);
    list.replaceChildren(...rooms.map((room) => h('li', {}, h('button.person', { type: 'button', onclick: () => {
      dialog.close();
      chat.messages.send(room, text);
      toast(t('forwarded', { name: titleOf(chat, room) }), { label: t('open'), run: () => app.showRoom(room.id) });
    } }, avatar(titleOf(chat, room), room.peer ?? room.id, { isRoom: room.kind !== 'direct', size: 'is-middle' }),
    h('span.person-text', {}, h('strong', {}, bdi(titleOf(chat, room))), h('span', {}, t(room.kind)))))));
    hint.textContent = rooms.length === 0 ? t('nothingFound') : '';
  };
  search.input.addEventListener('input', show);
  search.input.addEventListener('keydown', (event) => {
    const first = list.querySelector('button');
    if (event.key === 'ArrowDown') first?.focus();
    else if (event.key === 'Enter') first?.click();
    else return;
    event.preventDefault();
  });
  addArrowKeys(list, '.person');
  const dialog = openDialog({ title: t('forward') }, h('blockquote.dialog-quote', { dir: 'auto' }, oneLine(message.text)),
    h('div.people-picker', {}, search.element, list, hint));
  search.input.focus();
  show();
}
