// Making elements. Text always goes in as text; nothing in this page is ever parsed as markup.

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

/**
 * One of the icons of sprite.js, or of icons.js.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** What stands, large, where there is nothing yet: an icon, since a font may not have it. */
export function emptyArt(name) {
  return h('span.empty-art', {}, icon(name));
}

/** A button that shows an icon only; its label is also its tooltip. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick, ...attributes }, icon(name));
}

/** A name in the middle of other text: whatever direction it has, it disturbs nothing around it. */
export function bdi(text) {
  return h('bdi', {}, text);
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

/** A labelled field: `{ label, name, … }`, the rest are attributes of the input. */
export function field({ label, hint, tag = 'input', ...attributes }) {
  const id = `field-${Math.random().toString(36).slice(2)}`;
  const input = h(tag, { id, 'aria-describedby': hint && `${id}-hint`, ...attributes });
  return { input, element: h('div.field', {}, h('label', { for: id }, label), input,
    hint && h('p.field-hint', { id: `${id}-hint` }, hint)) };
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
