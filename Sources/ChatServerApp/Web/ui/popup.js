// What is shown beside something else, until one looks elsewhere.

import { h } from './dom.js';

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
