// Signing in, and making an account.

import { t } from '../ui/texts.js';
import { ApiError } from './demo-api.js';

export class SignInView {
  #transport;
  #onSignedIn;
  #mode = 'signin';
  #isBusy = false;
  #root = document.getElementById('signin');
  #form = document.getElementById('signin-form');
  #name = document.getElementById('signin-name');
  #phone = document.getElementById('signin-phone');
  #error = document.getElementById('signin-error');
  #notice = document.getElementById('signin-notice');
  #submit = document.getElementById('signin-submit');

  constructor(transport, onSignedIn) {
    this.#transport = transport;
    this.#onSignedIn = onSignedIn;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submitted();
    });
    document.getElementById('signin-switch').addEventListener('click', () => {
      this.#setMode(this.#mode === 'signin' ? 'signup' : 'signin');
      this.#focusFirst();
    });
    for (const input of [this.#name, this.#phone]) {
      input.addEventListener('input', () => input.removeAttribute('aria-invalid'));
    }
  }

  /** Shows the form, with a sentence about why, where there is one. */
  show(notice) {
    this.#notice.textContent = notice;
    this.#notice.hidden = notice === '';
    this.#root.hidden = false;
    document.title = t('demoTitle');
    this.#setMode('signin');
    this.#focusFirst();
  }

  hide() {
    this.#root.hidden = true;
    this.#form.reset();
  }

  #setMode(mode) {
    this.#mode = mode;
    this.#error.textContent = '';
    document.getElementById('signin-title').textContent = t(`${mode}_title`);
    document.getElementById('signin-lead').textContent = t(`${mode}_lead`);
    document.getElementById('signin-switch-text').textContent = t(`${mode}_switch`);
    document.getElementById('signin-switch').textContent = t(mode === 'signin' ? 'demoSwitch' : 'signin_submit');
    document.getElementById('signin-name-field').hidden = mode === 'signin';
    this.#submit.textContent = t(`${mode}_submit`);
  }

  #focusFirst() {
    (this.#mode === 'signup' ? this.#name : this.#phone).focus();
  }

  async #submitted() {
    if (this.#isBusy) return;
    const isSignUp = this.#mode === 'signup';
    const name = this.#name.value.trim();
    const phone = this.#phone.value.trim();
    if (isSignUp && name === '') return this.#refuse(this.#name, t('demoEnterName'));
    if (phone === '') return this.#refuse(this.#phone, t('demoEnterPhone'));
    this.#error.textContent = '';
    this.#setBusy(true);
    try {
      this.#onSignedIn(isSignUp ? await this.#transport.signUp(name, phone) : await this.#transport.signIn(phone));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(this.#phone, error.message);
    } finally {
      this.#setBusy(false);
    }
  }

  #refuse(input, sentence) {
    this.#error.textContent = sentence;
    input.setAttribute('aria-invalid', 'true');
    input.focus();
  }

  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#submit.setAttribute('aria-busy', String(isBusy));
  }
}
