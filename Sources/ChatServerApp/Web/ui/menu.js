// A menu of commands.

import { addArrowKeys, h, icon } from './dom.js';
import { openPopup } from './popup.js';

/**
 * An item: `{ label, icon, run, isDanger?, isChecked? }`, where `isChecked` tells which of several is chosen; null is a
 * line between groups, and what is false is left out. `options.head(close)` may make what stands above it.
 */
export function openMenu(anchor, label, items, options = {}) {
  const list = h('div.menu', {});
  for (const item of items) {
    if (item === false) continue;
    if (item === null) {
      if (list.lastElementChild && list.lastElementChild.tagName !== 'HR') list.append(h('hr'));
      continue;
    }
    const isChoice = item.isChecked !== undefined;
    list.append(h(`button.menu-item${item.isDanger ? '.is-danger' : ''}`, {
      type: 'button', role: isChoice ? 'menuitemradio' : 'menuitem', 'aria-checked': isChoice ? String(item.isChecked) : null,
      onclick: () => { popup.close(); item.run(); },
    }, icon(item.icon), h('span', {}, item.label), item.isChecked && icon('check')));
  }
  if (list.lastElementChild?.tagName === 'HR') list.lastElementChild.remove();
  const { head = () => null, ...rest } = options;
  const above = head(() => popup.close());
  // A menu has commands in it and nothing else: what stands above is beside it.
  if (above) list.setAttribute('role', 'menu');
  if (above) list.setAttribute('aria-label', label);
  const popup = openPopup(anchor, above ? h('div', {}, above, list) : list, { label, role: above ? 'dialog' : 'menu', ...rest });
  addArrowKeys(list, '.menu-item');
  list.querySelector('button')?.focus();
  return popup.element;
}
