// What opens over the page: dialogs, menus, other popups. Loaded when the first view is there, or when it is asked for.

import { addArrowKeys, h, icon, iconButton } from './dom.js';
import { addIcons } from './icons.js';
import { t } from './texts.js';

export { openThread } from './chat-more.js';
export { Mentions } from './view-mentions.js';
export { editLast, makeBar, messageActions } from './view-actions.js';
export { threadPanel } from './view-thread.js';

addIcons();

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
    // The event comes some time after the closing: whoever has gone on since keeps the focus.
    const hadFocus = dialog.contains(document.activeElement) || document.activeElement === document.body;
    dialog.remove();
    if (hadFocus && before?.isConnected) before.focus({ preventScroll: true });
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
