// Who has read a message, and what it was before it was edited.

import { path } from '../../protocol/rest.js';
import { openDialog } from '../../ui/dialog.js';
import { bdi, h } from '../../ui/dom.js';
import { dateAndTime } from '../../ui/format.js';
import { avatar, nameOf } from '../../ui/names.js';
import { richText } from '../../ui/rich-text.js';
import { t } from '../../ui/texts.js';

export async function openMessageInfo(chat, room, message) {
  const readBy = [...room.members?.values() ?? []].filter(({ user_id: id, read }) => id !== message.user_id && (read ?? 0) >= message.seq);
  const readers = { userOf: (name) => chat.people.idOf(name), me: chat.me.id };
  const versions = h('ol.versions', {});
  openDialog({ title: t('messageInfo'), className: 'is-small' },
    h('div.dialog-form', { tabindex: '0' }, h('blockquote.dialog-quote', { dir: 'auto' }, richText(message.text, readers)),
      h('dl.facts', {}, h('dt', {}, t('from')), h('dd', {}, bdi(nameOf(chat, message.user_id))),
        h('dt', {}, t('sentAt')), h('dd', {}, dateAndTime(Date.parse(message.ts))),
        ...(message.edited_at ? [h('dt', {}, t('editedAt')), h('dd', {}, dateAndTime(Date.parse(message.edited_at)))] : [])),
      h('h3', {}, t('readBy', { count: readBy.length })),
      readBy.length > 0 ? h('ul.reader-list', {}, ...readBy.slice(0, 50).map(({ user_id: id }) => h('li', {},
        avatar(nameOf(chat, id), id, { size: 'is-small' }), bdi(nameOf(chat, id))))) : h('p.hint.is-start', {}, t('nobodyYet')),
      versions));
  if (!message.edited_at) return;
  try {
    const { versions: all } = await chat.rest.get(path`/rooms/${room.id}/messages/by-seq/${message.seq}/versions`);
    // The newest of them is what the message says now.
    const earlier = all.filter(({ version }) => version < message.version);
    if (earlier.length === 0) return;
    versions.before(h('h3', {}, t('versions')));
    versions.replaceChildren(...earlier.map(({ text, ts }) => h('li', {},
      h('time', {}, dateAndTime(Date.parse(ts))), richText(text, readers))));
  } catch {
    // Without its versions, the rest is still worth showing.
  }
}
