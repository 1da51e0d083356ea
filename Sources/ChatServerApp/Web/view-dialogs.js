// What opens over the page: new rooms, public rooms, search, somebody's profile, a message's story, shortcuts.

import { path } from './chat-client.js';
import { addArrowKeys, avatar, bdi, field, h, icon, iconButton, setChildren, skeleton, toast, whileBusy } from './dom.js';
import { dateAndTime, oneLine, shortTime } from './format.js';
import { openDialog } from './more.js';
import { errorText, t } from './texts.js';
import { presenceText } from './view-room.js';

const SEARCH_DELAY_MS = 180;
const QUERY_MIN = 2;

/** Calls `work` once `delayMs` have gone by without another call; only the newest answer counts. */
function debounced(work, delayMs) {
  let timer = 0;
  let turn = 0;
  return (...all) => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    timer = setTimeout(() => work(() => mine === turn, ...all), delayMs);
  };
}

function searchField(label) {
  const input = h('input', { type: 'text', role: 'searchbox', inputmode: 'search', 'aria-label': label, placeholder: label, autocomplete: 'off', spellcheck: 'false' });
  return { input, element: h('div.search-field', {}, icon('search'), input) };
}

/** A search field and the people it finds; one is chosen, or many are. */
export function peoplePicker(chat, { isMany = false, without = new Set(), onchange = (_) => {}, onchoose = (_) => {} }) {
  const chosen = new Map();
  const search = searchField(t('searchPeople'));
  const chips = h('ul.chips', { 'aria-label': t('chosen'), hidden: true });
  const list = h('ul.people', { 'aria-label': t('people') });
  const hint = h('p.hint', { role: 'status' });
  let found = [];

  function known() {
    return chat.sortedRooms().filter(({ peer }) => peer).map(({ peer }) => chat.user(peer)).filter((user) => user?.username);
  }
  function toggle(user) {
    if (!isMany) return onchoose(user);
    if (chosen.has(user.id)) chosen.delete(user.id);
    else chosen.set(user.id, user);
    onchange(chosen);
    return render();
  }
  function render() {
    chips.hidden = chosen.size === 0;
    setChildren(chips, [...chosen.values()].map((user) => h('li', {}, bdi(user.display_name || user.username),
      iconButton('close', t('remove', { name: user.display_name || user.username }), () => { toggle(user); search.input.focus(); }))));
    list.replaceChildren(...found.filter(({ id }) => !without.has(id) && id !== chat.me.id).map((user) => {
      const name = user.display_name || user.username;
      return h('li', {}, h('button.person', { type: 'button', 'aria-pressed': isMany ? String(chosen.has(user.id)) : null, onclick: () => toggle(user) },
        avatar(name, user.id, { size: 'is-middle' }), h('span.person-text', {}, h('strong', {}, bdi(name)), h('span', {}, `@${user.username}`)),
        isMany && h('span.tick-box', {}, icon('check'))));
    }));
    hint.textContent = list.children.length > 0 ? '' : search.input.value.trim() ? t('nobodyFound') : t('typeAName');
  }
  const look = debounced(async (isNewest, query) => {
    try {
      const people = await chat.searchPeople(query);
      if (!isNewest()) return;
      found = people;
      render();
    } catch (error) {
      hint.textContent = errorText(error);
    }
  }, SEARCH_DELAY_MS);
  search.input.addEventListener('input', () => {
    const query = search.input.value.trim();
    if (query === '') found = known();
    look(query);
    if (query === '') render();
  });
  search.input.addEventListener('keydown', (event) => {
    const first = list.querySelector('button');
    if (event.key === 'ArrowDown') first?.focus();
    else if (event.key === 'Enter' && search.input.value.trim() !== '') first?.click();
    else return;
    event.preventDefault();
  });
  addArrowKeys(list, '.person');
  found = known();
  render();
  look('');
  return { element: h('div.people-picker', {}, search.element, chips, list, hint), chosen, focus: () => search.input.focus() };
}

/** A direct message, a group or a channel. */
export function openNew(chat, app, kind) {
  if (kind === 'direct') {
    const picker = peoplePicker(chat, { onchoose: async (user) => {
      dialog.close();
      await app.attempt(chat.openDirect(user.id).then((room) => app.showRoom(room.id)));
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
          const room = await chat.createRoom({ kind, name: name.input.value.trim(),
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

/** Public rooms, to look around and to join. */
export async function openBrowse(chat, app) {
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
        const joined = isIn ? room : await app.attempt(chat.join(room.id));
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

/** One field for rooms, people and what was said; in one room, or everywhere. */
export function openSearch(chat, app, room) {
  let scope = room;
  const search = searchField(room ? t('searchIn', { name: chat.titleOf(room) }) : t('searchAll'));
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
    const rooms = chat.sortedRooms().filter((one) => one.role && chat.titleOf(one).toLowerCase().includes(query.toLowerCase()));
    return rooms.slice(0, query ? 5 : 8).map((one) => row(
      avatar(chat.titleOf(one), one.peer ?? one.id, { isRoom: one.kind !== 'direct', size: 'is-middle' }), chat.titleOf(one),
      h('span', {}, one.unread > 0 ? t('unreadCount', { count: one.unread }) : t(one.kind)), null, () => app.showRoom(one.id)));
  }
  const look = debounced(async (isNewest, query, within) => {
    try {
      const [people, found] = await Promise.all([within ? [] : chat.searchPeople(query), chat.search(query, within?.id)]);
      if (!isNewest()) return;
      const direct = new Set(chat.sortedRooms().map(({ peer }) => peer).filter(Boolean));
      const strangers = people.filter(({ id }) => !direct.has(id)).slice(0, 5).map((user) => row(
        avatar(user.display_name || user.username, user.id, { size: 'is-middle' }), user.display_name || user.username, h('span', {}, `@${user.username}`), null,
        () => app.attempt(chat.openDirect(user.id).then((opened) => app.showRoom(opened.id)))));
      const messages = found.results.filter(({ message }) => chat.rooms.has(message.room)).map(({ message, snippet }) => {
        const where = chat.rooms.get(message.room);
        const name = chat.nameOf(message.user_id);
        const title = within || where.kind === 'direct' ? name : `${name} · ${chat.titleOf(where)}`;
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

/** Somebody's profile: who they are, whether they are there, and the way to them. */
export function openProfile(chat, app, id) {
  const isMe = id === chat.me.id;
  let isBlocked = false;
  const content = h('div.profile', {});
  const dialog = openDialog({ title: t('profile'), className: 'is-small' }, content);
  const render = () => {
    const user = chat.user(id);
    const name = chat.nameOf(id);
    const presence = chat.presenceOf(id);
    content.replaceChildren(avatar(name, id, { size: 'is-large' }), h('h3', {}, bdi(name)),
      user?.username ? h('p.profile-name', {}, `@${user.username}`) : '',
      isMe ? '' : h(`p.profile-presence.is-${presence.state}`, {}, presenceText(presence)),
      user?.created_at ? h('p.profile-since', {}, t('memberSince', { at: user.created_at })) : '',
      user?.deleted ? '' : h('footer.dialog-footer.is-centred', {}, ...(isMe ? [
        h('button.button.is-primary', { type: 'button', onclick: () => { dialog.close(); app.openSettings(); } }, icon('settings'), t('settings')),
      ] : [
        h('button.button.is-primary', { type: 'button', onclick: () => {
          dialog.close();
          app.attempt(chat.openDirect(id).then((room) => app.showRoom(room.id)));
        } }, icon('send'), t('message')),
        isBlocked ? h('button.button', { type: 'button', onclick: () => unblock() }, icon('ban'), t('unblock'))
          : h('button.button.is-danger-text', { type: 'button', onclick: () => block() }, icon('ban'), t('block'))])));
  };
  async function block() {
    const name = chat.nameOf(id);
    try {
      await chat.rest.put(path`/users/me/blocks/${id}`);
      dialog.close();
      toast(t('blocked', { name }), { label: t('undo'), run: () => app.attempt(chat.rest.delete(path`/users/me/blocks/${id}`)) });
    } catch (error) {
      toast(errorText(error));
    }
  }
  async function unblock() {
    await app.attempt(chat.rest.delete(path`/users/me/blocks/${id}`).then(() => {
      isBlocked = false;
      render();
    }));
  }
  const offs = ['users', 'presence'].map((kind) => chat.on(kind, render));
  dialog.addEventListener('close', () => { for (const off of offs) off(); });
  render();
  if (isMe) return;
  chat.rest.get('/users/me/blocks').then(({ users }) => {
    isBlocked = users.some((user) => user.id === id);
    if (isBlocked) render();
  }).catch(() => {});
}

/** Who has read a message, and what it was before it was edited. */
export async function openMessageInfo(chat, room, message) {
  const readers = [...room.members?.values() ?? []].filter(({ user_id: id, read }) => id !== message.user_id && (read ?? 0) >= message.seq);
  const versions = h('ol.versions', {});
  openDialog({ title: t('messageInfo'), className: 'is-small' },
    h('div.dialog-form', { tabindex: '0' }, h('blockquote.dialog-quote', { dir: 'auto' }, oneLine(message.text, 400)),
      h('dl.facts', {}, h('dt', {}, t('from')), h('dd', {}, bdi(chat.nameOf(message.user_id))),
        h('dt', {}, t('sentAt')), h('dd', {}, dateAndTime(Date.parse(message.ts))),
        ...(message.edited_at ? [h('dt', {}, t('editedAt')), h('dd', {}, dateAndTime(Date.parse(message.edited_at)))] : [])),
      h('h3', {}, t('readBy', { count: readers.length })),
      readers.length > 0 ? h('ul.reader-list', {}, ...readers.slice(0, 50).map(({ user_id: id }) => h('li', {},
        avatar(chat.nameOf(id), id, { size: 'is-small' }), bdi(chat.nameOf(id))))) : h('p.hint.is-start', {}, t('nobodyYet')),
      versions));
  if (!message.edited_at) return;
  try {
    const { versions: all } = await chat.rest.get(path`/rooms/${room.id}/messages/by-seq/${message.seq}/versions`);
    versions.replaceChildren(h('h3', {}, t('versions')), ...all.map(({ text, ts }) => h('li', {},
      h('time', {}, dateAndTime(Date.parse(ts))), h('p', { dir: 'auto' }, text))));
  } catch {
    // Without its versions, the rest is still worth showing.
  }
}

const SHORTCUTS = [
  ['toSearch', 'Ctrl', 'K'], ['scSearchHere', 'Ctrl', 'F'], ['scNext', 'Alt', '↓'], ['scPrevious', 'Alt', '↑'],
  ['scNew', 'Ctrl', 'Shift', 'O'], ['scDetails', 'Ctrl', '.'], ['scSend', 'Enter'], ['scLine', 'Shift', 'Enter'],
  ['scEditLast', '↑'], ['scMention', '@'], ['scMessages', 'Shift', 'F6'], ['scReply', 'R'], ['scThread', 'T'], ['scReact', '+'], ['scEdit', 'E'],
  ['scCopy', 'C'], ['scDelete', 'Delete'], ['scMenu', 'Enter'], ['scBack', 'Esc'], ['scShortcuts', 'Ctrl', '/'],
];
const ON_MESSAGE = new Set(['scReply', 'scThread', 'scReact', 'scEdit', 'scCopy', 'scDelete', 'scMenu']);

export function openShortcuts() {
  const list = (title, entries) => h('section', {}, h('h3', {}, title), h('dl.shortcuts', {}, ...entries.map(([text, ...keys]) => h('div', {},
    h('dt', {}, t(text)), h('dd', {}, ...keys.map((key) => h('kbd', {}, key)))))));
  openDialog({ title: t('shortcuts') }, h('div.dialog-form', { tabindex: '0' },
    list(t('everywhere'), SHORTCUTS.filter(([text]) => !ON_MESSAGE.has(text))),
    list(t('onAMessage'), SHORTCUTS.filter(([text]) => ON_MESSAGE.has(text)))));
}
