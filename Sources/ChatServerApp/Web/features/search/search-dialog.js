// One field for rooms, people and what was said; in one room, or everywhere.

import { openDialog } from '../../ui/dialog.js';
import { addArrowKeys, bdi, h } from '../../ui/dom.js';
import { shortTime } from '../../ui/format.js';
import { oneLine } from '../../ui/markup.js';
import { avatar, nameOf, roomAvatar, titleOf, userName } from '../../ui/names.js';
import { debounced, searchField } from '../../ui/search-field.js';
import { errorText, t } from '../../ui/texts.js';

const SEARCH_DELAY_MS = 180;
const QUERY_MIN = 2;

export function openSearch(chat, app, room) {
  let scope = room;
  const search = searchField(room ? t('searchIn', { name: titleOf(chat, room) }) : t('searchAll'));
  const results = h('div.results', {});
  const status = h('p.hint', { role: 'status' });
  const chip = room && h('button.chip', { type: 'button', 'aria-pressed': 'true', onclick: () => {
    scope = scope ? null : room;
    chip.setAttribute('aria-pressed', String(Boolean(scope)));
    show();
    search.input.focus();
  } }, t('onlyHere'));
  const dialog = openDialog({ title: t('search'), className: 'is-search' }, search.element, chip, results, status);
  const go = (work) => () => { dialog.close(); work(); };
  const section = (title, rows) => (rows.length === 0 ? '' : h('section', { 'aria-label': title }, h('h3', {}, title), h('ul', {}, ...rows)));
  const row = (picture, title, text, at, run) => h('li', {}, h('button.result', { type: 'button', onclick: go(run) }, picture,
    h('span.person-text', {}, h('strong', {}, bdi(title)), text), at ? h('time', {}, at) : null));
  addArrowKeys(results, '.result');

  function localRooms(query) {
    const rooms = chat.rooms.sorted().filter((one) => one.role && titleOf(chat, one).toLowerCase().includes(query.toLowerCase()));
    return rooms.slice(0, query ? 5 : 8).map((one) => row(
      avatar(titleOf(chat, one), one.peer ?? one.id, { isRoom: one.kind !== 'direct', size: 'is-middle' }), titleOf(chat, one),
      h('span', {}, one.unread > 0 ? t('unreadCount', { count: one.unread }) : t(one.kind)), null, () => app.showRoom(one.id)));
  }
  const look = debounced(async (isNewest, query, within) => {
    try {
      const [people, found] = await Promise.all([within ? [] : chat.people.search(query), chat.messages.search(query, within?.id)]);
      if (!isNewest()) return;
      const direct = new Set(chat.rooms.sorted().map(({ peer }) => peer).filter(Boolean));
      const strangers = people.filter(({ id }) => !direct.has(id)).slice(0, 5).map((user) => row(
        avatar(userName(user), user.id, { size: 'is-middle' }), userName(user), h('span', {}, `@${user.username}`), null,
        () => app.attempt(chat.rooms.openDirect(user.id).then((opened) => app.showRoom(opened.id)))));
      const messages = found.results.filter(({ message }) => chat.rooms.get(message.room)).map(({ message, snippet }) => {
        const where = chat.rooms.get(message.room);
        const name = nameOf(chat, message.user_id);
        const title = within || where.kind === 'direct' ? name : `${name} · ${titleOf(chat, where)}`;
        return row(avatar(name, message.user_id, { size: 'is-middle' }), title, marked(oneLine(snippet || message.text, 200), query),
          shortTime(Date.parse(message.ts)), () => app.showRoom(where.id, message.seq));
      });
      results.replaceChildren(within ? '' : section(t('rooms'), localRooms(query)), section(t('people'), strangers), section(t('messages'), messages));
      status.textContent = results.querySelector('.result') ? '' : t('nothingFound');
    } catch (error) {
      status.textContent = errorText(error);
    }
  }, SEARCH_DELAY_MS);
  function show() {
    const query = search.input.value.trim();
    status.textContent = '';
    if (!scope) results.replaceChildren(section(query ? t('rooms') : t('recent'), localRooms(query)));
    else results.replaceChildren();
    if (query.length >= QUERY_MIN || /[^\x00-\x7f]/.test(query)) look(query, scope);
    else if (scope) status.textContent = t('searchHint');
  }
  search.input.addEventListener('input', show);
  search.input.addEventListener('keydown', (event) => {
    const first = results.querySelector('.result');
    if (event.key === 'ArrowDown') first?.focus();
    else if (event.key === 'Enter') first?.click();
    else return;
    event.preventDefault();
  });
  search.input.focus();
  show();
}

/** A text in which the words that were looked for stand out. */
function marked(text, query) {
  const words = query.split(/[\s"]+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const made = h('span.snippet', { dir: 'auto' });
  if (words.length === 0) {
    made.append(text);
    return made;
  }
  const parts = text.split(new RegExp(`(${words.join('|')})`, 'iu'));
  parts.forEach((part, index) => made.append(index % 2 === 1 ? h('mark', {}, part) : part));
  return made;
}
