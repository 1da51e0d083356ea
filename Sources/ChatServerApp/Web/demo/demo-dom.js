// Making elements. Text always goes in as text.

import { hueOf, initials } from './demo-format.js';

/** `element('p', { class: 'note', 'aria-label': '…', hidden: true }, 'text', otherElement)` */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** One of the icons at the top of demo-chat.html. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Initials on a colour of their own: `key` decides the colour, so that it is the same everywhere. */
export function avatar(name, key, extraClass = '') {
  return element('span', { class: `avatar hue-${hueOf(key)} ${extraClass}`, 'aria-hidden': 'true' }, initials(name));
}

/** Makes `parent`'s children the given ones, moving as little as possible, and keeping the focus where it is. */
export function setChildren(parent, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set(children);
  for (const child of [...parent.children]) {
    if (!wanted.has(child)) child.remove();
  }
  let next = parent.firstElementChild;
  for (const child of children) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/** Sets a text only where it changes, so that selections survive. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Lets the arrow keys, Home and End move between the items of a list; Tab goes on working. */
export function addArrowKeys(list, selector) {
  list.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll(selector)];
    const index = items.indexOf(document.activeElement);
    if (index < 0) return;
    const target = {
      ArrowDown: items[index + 1], ArrowUp: items[index - 1], Home: items[0], End: items.at(-1),
    }[event.key];
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
}
