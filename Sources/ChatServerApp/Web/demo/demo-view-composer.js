// Where a message is written. Keeps a draft for each room.

import { t } from '../ui/texts.js';

const TEXT_MAX_BYTES = 16_384;
const HEIGHT_MAX_PX = 180;

export class Composer {
  #actions;
  #roomId = null;
  #drafts = new Map();
  #form = document.getElementById('composer');
  #text = document.getElementById('composer-text');
  #error = document.getElementById('composer-error');

  /** @param {{ onSend(text: string): void, onTyped(): void, onStopped(): void }} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener('input', () => this.#changed());
    this.#text.addEventListener('blur', () => actions.onStopped());
  }

  /** Puts the draft of another room in. */
  open(roomId) {
    if (this.#roomId !== null) this.#drafts.set(this.#roomId, this.#text.value);
    this.#roomId = roomId;
    this.#text.value = this.#drafts.get(roomId) ?? '';
    this.#error.textContent = '';
    this.#fit();
  }

  /** Forgets all drafts: the next may be somebody else. */
  reset() {
    this.open(null);
    this.#drafts.clear();
  }

  setLabel(label) {
    if (this.#text.getAttribute('aria-label') !== label) this.#text.setAttribute('aria-label', label);
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }

  #submit() {
    // The server takes no NUL, which nobody types, but a paste may hold.
    const text = this.#text.value.replaceAll('\0', '').trim();
    if (text === '') return;
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > TEXT_MAX_BYTES) {
      this.#error.textContent = t('demoTooLong', { bytes, most: TEXT_MAX_BYTES });
      return;
    }
    this.#text.value = '';
    this.#error.textContent = '';
    this.#fit();
    this.#actions.onSend(text);
  }

  #changed() {
    this.#error.textContent = '';
    this.#fit();
    if (this.#text.value.trim() === '') this.#actions.onStopped();
    else this.#actions.onTyped();
  }

  /** As high as the text, up to a limit. */
  #fit() {
    this.#form.classList.toggle('has-text', this.#text.value.trim() !== '');
    this.#text.style.height = 'auto';
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, HEIGHT_MAX_PX)}px`;
  }
}
