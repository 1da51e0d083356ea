// Dialogs: what is to be answered before one goes on.

import { h, iconButton } from './dom.js';
import { pushOverlay } from './overlays.js';
import { t } from './texts.js';

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
    closed();
    dialog.remove();
    if (hadFocus && before?.isConnected) before.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  const closed = pushOverlay(() => dialog.close());
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
