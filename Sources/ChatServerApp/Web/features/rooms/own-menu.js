// Oneself, below the list: who one is, how one seems to others, and the menu for that.

import { bdi, h, icon } from '../../ui/dom.js';
import { avatar, presenceText, userName } from '../../ui/names.js';
import { t } from '../../ui/texts.js';

const CHOICES = /** @type {const} */ ([['online', 'dot-online'], ['away', 'dot-away'], ['dnd', 'dot-dnd'], ['invisible', 'dot-offline']]);

export class OwnMenu {
  #chat;
  #app;

  constructor(chat, app) {
    this.#chat = chat;
    this.#app = app;
    this.element = h('button.me', { type: 'button', 'aria-haspopup': 'menu', onclick: () => this.#open() });
  }

  render() {
    const { me, presence } = this.#chat;
    const state = presence.own;
    const key = `${me.display_name} ${me.username} ${state.state} ${state.status_text ?? ''}`;
    if (this.element.dataset.for === key) return;
    this.element.dataset.for = key;
    const name = userName(me);
    this.element.setAttribute('aria-label', t('yourMenu', { name }));
    this.element.replaceChildren(
      h('span.row-avatar', {}, avatar(name, me.id), h(`span.dot.is-${state.state}`, {})),
      h('span.me-text', {}, h('strong', {}, bdi(name)), h('span', {}, presenceText({ ...state, last_seen: undefined }))), icon('more'));
  }

  #open() {
    const { presence } = this.#chat;
    const app = this.#app;
    app.late.use('menu', ({ openMenu }) => openMenu(this.element, t('you'), [
      ...CHOICES.map(([choice, icon]) => ({ label: t(choice), icon, isChecked: presence.choice === choice,
        run: () => app.attempt(presence.choose(choice)) })),
      null,
      { label: t('settings'), icon: 'settings', run: () => app.openSettings() },
      { label: t('shortcuts'), icon: 'keyboard', run: () => app.openShortcuts() },
      null,
      { label: t('signOut'), icon: 'logout', isDanger: true, run: () => app.signOut() },
    ]));
  }
}
