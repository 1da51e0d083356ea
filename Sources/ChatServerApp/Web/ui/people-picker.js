// A search field and the people it finds.

import { addArrowKeys, bdi, h, icon, iconButton, setChildren } from './dom.js';
import { avatar, userName } from './names.js';
import { debounced, searchField } from './search-field.js';
import { errorText, t } from './texts.js';

const SEARCH_DELAY_MS = 180;

/** One of them is chosen, or many are. */
export function peoplePicker(chat, { isMany = false, without = new Set(), onchange = (_) => {}, onchoose = (_) => {} }) {
  const chosen = new Map();
  const search = searchField(t('searchPeople'));
  const chips = h('ul.chips', { 'aria-label': t('chosen'), hidden: true });
  const list = h('ul.people', { 'aria-label': t('people') });
  const hint = h('p.hint', { role: 'status' });
  let found = [];

  function known() {
    return chat.rooms.sorted().filter(({ peer }) => peer).map(({ peer }) => chat.people.peek(peer)).filter((user) => user?.username);
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
    setChildren(chips, [...chosen.values()].map((user) => h('li', {}, bdi(userName(user)),
      iconButton('close', t('remove', { name: userName(user) }), () => { toggle(user); search.input.focus(); }))));
    list.replaceChildren(...found.filter(({ id }) => !without.has(id) && id !== chat.me.id).map((user) => {
      const name = userName(user);
      return h('li', {}, h('button.person', { type: 'button', 'aria-pressed': isMany ? String(chosen.has(user.id)) : null, onclick: () => toggle(user) },
        avatar(name, user.id, { size: 'is-middle' }), h('span.person-text', {}, h('strong', {}, bdi(name)), h('span', {}, `@${user.username}`)),
        isMany && h('span.tick-box', {}, icon('check'))));
    }));
    hint.textContent = list.children.length > 0 ? '' : search.input.value.trim() ? t('nobodyFound') : t('typeAName');
  }
  const look = debounced(async (isNewest, query) => {
    try {
      const people = await chat.people.search(query);
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
