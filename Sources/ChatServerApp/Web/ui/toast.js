// A few words for a while.

import { h } from './dom.js';

/** A few words at the bottom, for a while, with something to do about it. */
export function toast(text, action) {
  const frame = document.getElementById('toasts');
  const made = h('div.toast', {}, h('span', {}, text),
    action && h('button.link', { type: 'button', onclick: () => { made.remove(); action.run(); } }, action.label));
  // Once is enough, also where the same has happened twice.
  for (const other of [...frame.children]) if (other.textContent === made.textContent) other.remove();
  frame.append(made);
  // What a modal dialog covers would not be seen.
  frame.hidePopover?.();
  frame.showPopover?.();
  setTimeout(() => made.remove(), action ? 8_000 : 5_000);
}
