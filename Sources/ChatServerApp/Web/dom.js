// Making elements. Text always goes in as text; nothing in this page is ever parsed as markup.

import { hueOf, initials } from './format.js';
import { t } from './texts.js';

/**
 * `h('p.note', { hidden: true, 'aria-label': '…', onclick: f }, 'text', otherElement, null)`: what is null is left out.
 * @param {string} selector name and classes
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 */
export function h(selector, attributes = {}, ...children) {
  const [name, ...classes] = selector.split('.');
  const made = document.createElement(name || 'div');
  if (classes.length > 0) made.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key === 'value') made.value = value;
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** How often is drawn what nobody sees. */
const HIDDEN_FRAME_MS = 250;
const SVG = 'http://www.w3.org/2000/svg';

/** One of the icons at the top of index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button that shows an icon only; its label is also its tooltip. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick, ...attributes }, icon(name));
}

/** A name in the middle of other text: whatever direction it has, it disturbs nothing around it. */
export function bdi(text) {
  return h('bdi', {}, text);
}

/** Initials on a colour of their own; `id` decides the colour, so that it is the same everywhere. */
export function avatar(name, id, { isRoom = false, size = '' } = {}) {
  const made = h(`span.avatar${isRoom ? '.is-room' : ''}${size && `.${size}`}`, { 'aria-hidden': 'true' }, initials(name));
  made.style.setProperty('--hue', String(hueOf(id)));
  return made;
}

/** Makes `parent`'s children the given ones, moving as little as possible, and keeps the focus. */
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

export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Answers a function that does `work` at once, but not twice for one frame: what is asked for meanwhile is done for the
 * next. Where nobody looks, there are few frames.
 */
export function oncePerFrame(work) {
  let isWaiting = false;
  let isAsked = false;
  const run = () => {
    isAsked = false;
    isWaiting = true;
    const done = () => {
      isWaiting = false;
      if (isAsked) run();
    };
    if (document.visibilityState === 'visible') requestAnimationFrame(done);
    else setTimeout(done, HIDDEN_FRAME_MS);
    work();
  };
  return () => {
    if (isWaiting) isAsked = true;
    else run();
  };
}

/** Lets the arrow keys, Home and End move between the items of a list. */
export function addArrowKeys(list, selector) {
  list.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll(selector)].filter((item) => item.checkVisibility());
    const index = items.indexOf(document.activeElement?.closest(selector));
    if (index < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = {
      ArrowDown: items[index + 1], ArrowUp: items[index - 1], Home: items[0], End: items.at(-1),
    }[event.key];
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
}

/**
 * A dialog, opened at once; closing removes it. Answers the element, whose `close()` ends it.
 * @param {{ title: string, className?: string }} options
 */
export function openDialog({ title, className = '' }, ...content) {
  const before = document.activeElement;
  const dialog = h(`dialog.dialog${className && `.${className}`}`, { 'aria-label': title },
    h('header.dialog-header', {}, h('h2', {}, title),
      iconButton('close', t('close'), () => dialog.close())),
    ...content);
  dialog.addEventListener('click', (event) => {
    // The backdrop belongs to the dialog's element, but lies outside of its box.
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (event.target === dialog && !isInside && event.detail > 0) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks a question that is answered with yes or no. */
export function confirmDialog(question, action, { isDangerous = true } = {}) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog({ title: action, className: 'is-small' },
      h('p.dialog-text', {}, question),
      h('footer.dialog-footer', {},
        h('button.button', { type: 'button', onclick: () => dialog.close() }, t('cancel')),
        h(`button.button${isDangerous ? '.is-danger' : '.is-primary'}`, {
          type: 'button', onclick: () => { answer = true; dialog.close(); } }, action)));
    dialog.addEventListener('close', () => resolve(answer));
  });
}

/**
 * Shows a popup beside an element, or at a point, until one clicks elsewhere or presses Escape.
 * @param {Element | { x: number, y: number }} anchor
 */
export function openPopup(anchor, content, { label, role = 'dialog', onclose = () => {} }) {
  const before = document.activeElement;
  const popup = h('div.popup', { popover: 'auto', role, 'aria-label': label }, content);
  // In the landmark that it belongs to, and in the dialog, where there is one: others cannot be reached then.
  const near = anchor instanceof Element ? anchor : document.elementFromPoint(anchor.x, anchor.y);
  const host = near?.closest('dialog, aside, main') ?? document.body;
  host.append(popup);
  popup.showPopover();
  const box = anchor instanceof Element ? anchor.getBoundingClientRect()
    : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const { width, height } = popup.getBoundingClientRect();
  // From the near edge of the anchor inwards: a popup of something on the left opens to the right, and the other way.
  const around = host.getBoundingClientRect();
  const isOnLeft = (box.left + box.right) / 2 < (around.left + around.right) / 2;
  const wanted = isOnLeft || !(anchor instanceof Element) ? box.left : box.right - width;
  const isAbove = box.bottom + height + 12 > innerHeight && box.top > innerHeight - box.bottom;
  popup.style.left = `${Math.max(8, Math.min(wanted, innerWidth - width - 8))}px`;
  popup.style.top = `${Math.max(8, isAbove ? box.top - height - 6 : Math.min(box.bottom + 6, innerHeight - height - 8))}px`;
  popup.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    const hadFocus = popup.contains(document.activeElement) || document.activeElement === document.body;
    popup.remove();
    if (hadFocus && before?.isConnected) before.focus({ preventScroll: true });
    onclose();
  });
  return { element: popup, close: () => { if (popup.isConnected) popup.hidePopover(); } };
}

/**
 * A menu of commands. An item: `{ label, icon, run, isDanger?, isChecked? }`; null is a line between groups.
 */
export function openMenu(anchor, label, items, options = {}) {
  const list = h('div.menu', {});
  for (const item of items) {
    if (!item) {
      if (list.lastElementChild?.role === 'menuitem') list.append(h('hr'));
      continue;
    }
    list.append(h(`button.menu-item${item.isDanger ? '.is-danger' : ''}`, {
      type: 'button', role: 'menuitem',
      onclick: () => { popup.close(); item.run(); },
    }, icon(item.icon), h('span', {}, item.label), item.isChecked && icon('check')));
  }
  if (list.lastElementChild?.tagName === 'HR') list.lastElementChild.remove();
  const popup = openPopup(anchor, list, { label, role: 'menu', ...options });
  addArrowKeys(list, '.menu-item');
  list.querySelector('button')?.focus();
  return popup.element;
}

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

/** A labelled field: `{ label, name, … }`, the rest are attributes of the input. */
export function field({ label, hint, tag = 'input', ...attributes }) {
  const id = `field-${Math.random().toString(36).slice(2)}`;
  const input = h(tag, { id, 'aria-describedby': hint && `${id}-hint`, ...attributes });
  return { input, element: h('div.field', {}, h('label', { for: id }, label), input,
    hint && h('p.field-hint', { id: `${id}-hint` }, hint)) };
}

let more = null;

/** The sheet of what is not there from the beginning. */
export function loadMoreStyle() {
  more ??= new Promise((resolve) => {
    document.head.append(h('link', { rel: 'stylesheet', href: '/assets/more.css', onload: resolve, onerror: resolve }));
  });
  return more;
}

/** What stands where a list will be. */
export function skeleton(count, className) {
  return Array.from({ length: count }, (_, index) => h(`div.skeleton.${className}.is-${index % 3}`, { 'aria-hidden': 'true' },
    h('i'), h('b'), h('b')));
}

/** Runs `work` while a button is busy. */
export async function whileBusy(button, work) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    button.removeAttribute('aria-busy');
  }
}
