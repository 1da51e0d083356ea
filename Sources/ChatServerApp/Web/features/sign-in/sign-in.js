// Who is there: signing in, or making an account.

import { deviceId } from '../../model/storage.js';
import { Rest, path } from '../../protocol/rest.js';
import { field, h, setText, whileBusy } from '../../ui/dom.js';
import { errorText, t } from '../../ui/texts.js';

const PASSWORD_MIN = 8;

export class AuthView {
  #rest;
  #done;
  #isNew = false;
  /** What an invitation says. */
  #lead = '';
  #values = { username: '', password: '', name: '' };

  /** @param {any} rest @param {(user: any) => void} done */
  constructor(rest, done, { notice = '', isInvited = false, invite = '', room = '' } = {}) {
    this.#rest = rest;
    this.#done = done;
    this.notice = notice;
    this.isInvited = isInvited;
    /** The token of an invitation to register. */
    this.invite = invite;
    this.#isNew = isInvited;
    this.element = h('main.auth', {});
    this.render();
    if (room) this.#showInvitation(room);
  }

  render() {
    const isNew = this.#isNew;
    const values = this.#values;
    const keep = (name) => ({ oninput: ({ target }) => { values[name] = target.value; } });
    const username = field({ label: t('username'), name: 'username', autocomplete: 'username', maxlength: '32', required: true,
      autocapitalize: 'none', spellcheck: 'false', value: values.username, ...keep('username'), hint: isNew ? t('usernameHint') : null });
    const name = field({ label: t('displayName'), name: 'name', autocomplete: 'name', maxlength: '64', value: values.name, ...keep('name') });
    const password = field({ label: t('password'), name: 'password', type: 'password', required: true, maxlength: '1024',
      autocomplete: isNew ? 'new-password' : 'current-password', value: values.password, ...keep('password'),
      hint: isNew ? t('passwordHint', { count: PASSWORD_MIN }) : null });
    const error = h('p.form-error', { role: 'alert' });
    const submit = h('button.button.is-primary.is-wide', { type: 'submit' }, isNew ? t('createAccount') : t('signIn'));
    const form = h('form', { novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      whileBusy(submit, () => this.#submit(error, { username, password }));
    } }, isNew ? name.element : null, username.element, password.element, error, submit);
    const change = h('button.link', { type: 'button', onclick: () => {
      this.#isNew = !isNew;
      this.notice = '';
      this.render();
    } }, isNew ? t('signIn') : t('createAccount'));
    this.element.replaceChildren(
      h('div.auth-card', {},
        h('img', { src: '/assets/icon.svg', alt: '', width: '52', height: '52' }),
        h('h1', {}, isNew ? t('welcome') : t('welcomeBack')),
        h('p.lead', {}, this.isInvited ? this.#lead || t('invitedLead') : isNew ? t('signUpLead') : t('signInLead')),
        this.notice && h('p.notice', { role: 'status' }, this.notice),
        form, h('p.auth-switch', {}, isNew ? t('haveAccount') : t('newHere'), ' ', change)),
      h('p.auth-note', {}, t('demos'), ' ', h('a', { href: '/demo/chat' }, 'chat-app'), ' · ',
        h('a', { href: '/demo/broadcast' }, 'broadcast'), ' · ', h('a', { href: '/dashboard' }, 'dashboard')));
    (isNew ? name : username).input.focus();
  }

  /** Who invites to which room, as far as the invitation says it. @param {string} token */
  async #showInvitation(token) {
    try {
      const { room, by } = await this.#rest.get(path`/invites/${token}`);
      this.#lead = t('invitedTo', { name: by.display_name, room: room.name });
      setText(this.element.querySelector('.lead'), this.#lead);
    } catch {
      // Whether it holds is told to whoever is signed in.
    }
  }

  async #submit(error, { username, password }) {
    const values = this.#values;
    error.textContent = '';
    const fail = (text, { input }) => {
      error.textContent = text;
      input.setAttribute('aria-invalid', 'true');
      input.focus();
    };
    for (const { input } of [username, password]) input.removeAttribute('aria-invalid');
    if (values.username.trim() === '') return fail(t('usernameMissing'), username);
    if (values.password === '') return fail(t('passwordMissing'), password);
    if (this.#isNew && !/^[A-Za-z0-9._-]{2,32}$/.test(values.username.trim())) return fail(t('usernameInvalid'), username);
    if (this.#isNew && new TextEncoder().encode(values.password).length < PASSWORD_MIN) {
      return fail(t('passwordShort', { count: PASSWORD_MIN }), password);
    }
    const body = { username: values.username.trim(), password: values.password, device_id: deviceId() };
    try {
      const answer = await this.#rest.post(this.#isNew ? '/auth/register' : '/auth/login',
        { ...body, ...(this.#isNew && this.invite && { invite: this.invite }),
          ...(this.#isNew && values.name.trim() && { display_name: values.name.trim() }) });
      if (await this.#isKept(answer)) this.#done(answer.user);
      else error.textContent = t('cookieNotKept');
    } catch (problem) {
      if (problem.code === 'conflict') return fail(t('usernameTaken'), username);
      if (problem.code === 'unauthorized') return fail(t('wrongPassword'), password);
      if (problem.code === 'forbidden') return fail(t(this.invite ? 'invitationOver' : 'registrationClosed'), username);
      if (problem.code === 'unprocessable') return fail(t('usernameInvalid'), username);
      if (problem.code === 'rate_limited') return fail(t('tooManyAttempts', { count: Math.ceil(problem.retryAfterMs / 1000) || 1 }), password);
      error.textContent = errorText(problem);
    }
    return undefined;
  }

  /** Whether the browser has kept the cookie of a session: whoever has signed in and is nobody a moment later has none. */
  async #isKept({ user, token }) {
    try {
      const me = await this.#rest.get('/users/me');
      if (me.user.id === user.id) return true;
    } catch (problem) {
      if (problem.code !== 'unauthorized') throw problem;
    }
    // Nobody will come back to it.
    new Rest({ url: location.origin, token }).post('/auth/logout').catch(() => {});
    return false;
  }
}

