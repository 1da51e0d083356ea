// The line that tells of the connection: nothing while all is well.

import { setText } from '../ui/dom.js';
import { t } from '../ui/texts.js';


const BACK_ONLINE_MS = 3_000;
const RETRY_OFFER_MS = 2_000;

export class BannerView {
  #chat = null;
  #isLost = false;
  #timer = 0;
  #root = document.getElementById('banner');
  #text = document.getElementById('banner-text');
  #retry = document.getElementById('banner-retry');

  constructor() {
    this.#retry.addEventListener('click', () => this.#chat?.retryNow());
  }

  render(chat) {
    this.#chat = chat;
    const { state, retryAt } = chat.connection;
    if (chat.status === 'ok') {
      if (this.#isLost) this.#showBackOnline();
    } else if (chat.status === 'lost' || this.#isLost) {
      clearTimeout(this.#timer);
      this.#isLost = true;
      this.#show(t('reconnecting'), 'lost');
      this.#retry.hidden = state !== 'waiting' || retryAt - Date.now() < RETRY_OFFER_MS;
    }
  }

  reset() {
    clearTimeout(this.#timer);
    this.#isLost = false;
    this.#root.hidden = true;
  }

  #showBackOnline() {
    this.#isLost = false;
    this.#retry.hidden = true;
    this.#show(t('backOnline'), 'restored');
    this.#timer = setTimeout(() => { this.#root.hidden = true; }, BACK_ONLINE_MS);
  }

  #show(text, kind) {
    setText(this.#text, text);
    this.#root.className = `banner ${kind}`;
    this.#root.hidden = false;
  }
}
