// What is said of the connection, over the page: nothing while all is well, and nothing of a short break.

import { h, setText } from '../ui/dom.js';
import { t } from '../ui/texts.js';

const DELAY_MS = 600;
const BACK_MS = 2_000;
/** Close codes after which somebody else may be signed in, or nobody. */
const SESSION_CODES = [4500, 4506];
/** @type {Record<number, string>} */
const REASONS = { 4503: 'youWereRemoved', 4504: 'youWereSuspended', 4505: 'tooManyTabs' };

export class Banner {
  #client;
  #checkSession;
  #timer = 0;
  #show = () => {};
  #wasLost = false;

  /**
   * @param {import('../protocol/connection.js').ChatClient} client
   * @param {() => void} checkSession asks whether one is still signed in
   */
  constructor(client, checkSession) {
    this.#client = client;
    this.#checkSession = checkSession;
    this.text = h('span', {});
    this.retry = h('button.link', { type: 'button', onclick: () => this.#retry() }, t('tryNow'));
    this.element = h('div.banner', { role: 'status', hidden: true }, this.text, this.retry);
    client.addEventListener('state', this.#onState);
  }

  #onState = (event) => this.#changed(event.detail);

  stop() {
    this.#clear();
    this.#client.removeEventListener('state', this.#onState);
  }

  show(kind, text, canRetry = false) {
    this.#clear();
    this.element.className = `banner ${kind}`;
    this.element.hidden = false;
    this.retry.hidden = !canRetry;
    setText(this.text, text);
  }

  #changed({ state, code }) {
    if (state === 'open') this.#isOpen();
    else if (state === 'stopped' && code) {
      this.#clear();
      if (SESSION_CODES.includes(code)) this.#checkSession();
      else this.show('is-lost', t(REASONS[code] ?? 'stopped'), true);
    } else if (state === 'waiting') {
      this.#wasLost = true;
      if (code === 4103) this.#checkSession();
      this.#showSoon(() => this.show('is-lost', navigator.onLine ? t('reconnecting') : t('youAreOffline'), navigator.onLine));
    } else if (state === 'connecting' && this.#wasLost) {
      this.#showSoon(() => this.show('is-lost', t('reconnecting'), true));
    }
  }

  #isOpen() {
    this.#clear();
    if (!this.#wasLost) return;
    this.#wasLost = false;
    if (this.element.hidden) return;
    this.show('is-back', t('backOnline'));
    this.#timer = setTimeout(() => { this.element.hidden = true; }, BACK_MS);
  }

  /** From the loss on, however many attempts are made meanwhile. */
  #showSoon(show) {
    this.#show = show;
    if (this.element.hidden) this.#timer ||= setTimeout(() => this.#show(), DELAY_MS);
    else {
      this.#clear();
      show();
    }
  }

  #clear() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #retry() {
    if (this.#client.state === 'stopped') this.#client.connect();
    else this.#client.retryNow();
  }
}
