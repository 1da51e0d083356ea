// A field to look for something.

import { h, icon } from './dom.js';

/** Calls `work` once `delayMs` have gone by without another call; only the newest answer counts. */
export function debounced(work, delayMs) {
  let timer = 0;
  let turn = 0;
  return (...all) => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    timer = setTimeout(() => work(() => mine === turn, ...all), delayMs);
  };
}

export function searchField(label) {
  const input = h('input', { type: 'text', role: 'searchbox', inputmode: 'search', 'aria-label': label, placeholder: label, autocomplete: 'off', spellcheck: 'false' });
  return { input, element: h('div.search-field', {}, icon('search'), input) };
}
