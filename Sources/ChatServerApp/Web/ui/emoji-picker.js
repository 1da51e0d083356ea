// A popup to choose an emoji from.

import { preference, setPreference } from '../model/storage.js';
import { h } from './dom.js';
import { emojiGroups, findEmoji } from './emoji.js';
import { openPopup } from './popup.js';
import { t } from './texts.js';

const RECENT_MAX = 16;

/** Lets somebody choose an emoji beside an element. */
export function openEmojiPicker(anchor, label, choose) {
  const picker = emojiPicker((emoji) => {
    popup.close();
    choose(emoji);
  });
  const popup = openPopup(anchor, picker, { label });
  picker.querySelector('input')?.focus();
}

function emojiPicker(choose) {
  const search = h('input', { type: 'text', role: 'searchbox', 'aria-label': t('findEmoji'), placeholder: t('findEmoji'), autocomplete: 'off', oninput: () => show(search.value) });
  const grid = h('div.emoji-groups', {});
  const picker = h('div.emoji-picker', {}, search, grid);
  const pick = (emoji) => {
    setPreference('emoji', [emoji, ...recent().filter((other) => other !== emoji)].slice(0, RECENT_MAX).join(' '));
    choose(emoji);
  };
  const group = (name, entries) => (entries.length === 0 ? '' : h('section', { 'aria-label': name }, h('h3', {}, name),
    h('div.emoji-grid', {}, ...entries.map(([emoji, words]) => h('button.emoji', { type: 'button', title: words.split('-')[0], 'aria-label': `${emoji} ${words.replaceAll('-', ' ')}`, onclick: () => pick(emoji) }, emoji)))));

  function show(query) {
    const wanted = query.trim().toLowerCase();
    if (wanted === '') {
      grid.replaceChildren(group(t('recent'), recent().map((emoji) => [emoji, emoji])), ...emojiGroups().map(([name, entries]) => group(t(name), entries)));
      return;
    }
    const found = findEmoji(wanted);
    grid.replaceChildren(found.length > 0 ? group(t('found'), found) : h('p.hint', {}, t('nothingFound')));
  }

  search.addEventListener('keydown', (event) => {
    const first = grid.querySelector('.emoji');
    if (event.key === 'Enter' && search.value.trim() !== '' && first) first.click();
    else if (event.key === 'ArrowDown' && first) first.focus();
    else return;
    event.preventDefault();
  });
  grid.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    const all = [...grid.querySelectorAll('.emoji')];
    const target = step && all[all.indexOf(document.activeElement) + step];
    if (!step) return;
    event.preventDefault();
    (target ?? search).focus();
  });
  show('');
  return picker;
}

function recent() {
  return preference('emoji', '').split(' ').filter(Boolean);
}
