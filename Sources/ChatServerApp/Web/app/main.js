// Starts the page: asks who is signed in, and shows the way in, or the chat.

import { preference, setPreference } from '../model/storage.js';
import { ChatError, Rest } from '../protocol/rest.js';
import { emptyArt, h } from '../ui/dom.js';
import { addFirstIcons } from '../ui/sprite.js';
import { t } from '../ui/texts.js';
import { Late } from './late.js';

const AGAIN_MS = 3_000;
const FIRST_ROOMS = '/rooms?limit=100';
/** After so long, what is opened next is loaded however busy the page is. */
const IDLE_MS = 2_000;

const whenIdle = (work) => (globalThis.requestIdleCallback ?? setTimeout)(work, { timeout: IDLE_MS });

class Page {
  root = document.getElementById('app');
  late = new Late();
  #rest = new Rest({ url: location.origin });
  /** @type {import('./shell.js').Shell | null} */
  #shell = null;
  /** Tells the other tabs that somebody has signed out, or in. */
  #tabs = new BroadcastChannel('chat');

  async start() {
    addFirstIcons();
    this.#tabs.onmessage = ({ data }) => {
      if (data === 'out') this.signedOut(t('signedOutElsewhere'), { isTelling: false });
      if (data === 'in' && !this.#shell) this.#enter();
    };
    await this.#enter();
  }

  /** Asks who is signed in, and shows what is theirs. */
  async #enter() {
    const words = this.late.words('sign-in');
    try {
      // Who was signed in the last time most likely is: the rooms are asked for in the same breath.
      const wasIn = preference('in', '') !== '';
      const rooms = wasIn ? this.#rest.get(FIRST_ROOMS).catch(() => null) : null;
      (wasIn ? this.late.chat() : this.late.signIn()).catch(() => {});
      const { user } = await this.#rest.get('/users/me');
      await words;
      await this.#show(user, rooms);
    } catch (error) {
      this.#shell?.stop();
      this.#shell = null;
      await words.catch(() => {});
      if (!(error instanceof ChatError) || error.code !== 'unauthorized') {
        this.#showFailure();
        return;
      }
      await this.#showSignIn('');
    }
    // What Tests/Browser/measure.py waits for.
    performance.mark('usable');
  }

  /** @param {any} user @param {Promise<any> | null} [rooms] what FIRST_ROOMS answers, if it has been asked */
  async #show(user, rooms = null) {
    // The next time, theme.js asks for the modules of the chat at once.
    if (!preference('in', '')) setPreference('in', '1');
    const { Shell } = await this.late.chat();
    this.#shell = new Shell(this, this.#rest, user);
    await this.#shell.start(rooms);
    whenIdle(() => { if (this.#shell) this.late.all(); });
  }

  async #showSignIn(notice) {
    const { AuthView } = await this.late.signIn();
    document.title = t('title');
    const [, invite = ''] = /^#invite=(.+)$/.exec(location.hash) ?? [];
    const [, room = ''] = /^#\/join\/[^/]+\/([^/]+)/.exec(location.hash) ?? [];
    const view = new AuthView(this.#rest, (user) => {
      this.#tabs.postMessage('in');
      if (invite) history.replaceState(null, '', '#/');
      this.#show(user).catch(() => this.#enter());
    }, { notice, invite, room, isInvited: invite !== '' || location.hash.startsWith('#/join/') });
    this.root.replaceChildren(view.element);
    view.element.querySelector('input')?.focus();
  }

  #showFailure() {
    this.root.replaceChildren(h('main.failure-page', {}, emptyArt('alert'),
      h('h1', {}, t('noServer')), h('p', {}, t('noServerHint')),
      h('button.button.is-primary', { type: 'button', onclick: () => this.#enter() }, t('tryAgain'))));
    setTimeout(() => { if (this.root.querySelector('.failure-page')) this.#enter(); }, AGAIN_MS);
  }

  /** The session is over, whoever ended it: here, in another tab, or elsewhere. */
  async signedOut(notice, { isTelling = true } = {}) {
    const shell = this.#shell;
    if (!shell) return;
    this.#shell = null;
    const forgetting = shell.forget();
    setPreference('in', null);
    if (isTelling) this.#tabs.postMessage('out');
    if (!location.hash.startsWith('#/join/')) history.replaceState(null, '', '#/');
    await Promise.all([this.#showSignIn(notice), forgetting]);
  }
}

new Page().start();
