// The dialog that starts a conversation: with one person, or a group.

import { addArrowKeys, h, icon } from '../ui/dom.js';
import { avatar } from '../ui/names.js';
import { t } from '../ui/texts.js';
import { ApiError } from './demo-api.js';
import { openDirect } from './demo-rooms.js';

export class NewChatDialog {
  #onOpened;
  #chat = null;
  #people = [];
  #chosen = new Set();
  #isBusy = false;
  #dialog = document.getElementById('new-chat-dialog');
  #form = document.getElementById('new-chat-form');
  #search = document.getElementById('people-search');
  #list = document.getElementById('people');
  #hint = document.getElementById('people-hint');
  #error = document.getElementById('new-chat-error');
  #groupName = document.getElementById('group-name');
  #groupNameField = document.getElementById('group-name-field');
  #groupFooter = document.getElementById('group-footer');
  #groupCount = document.getElementById('group-count');

  /** @param {(roomId: string) => void} onOpened shows the conversation that was chosen or made */
  constructor(onOpened) {
    this.#onOpened = onOpened;
    document.getElementById('new-chat-close').addEventListener('click', () => this.close());
    // A click on the backdrop has the dialog itself as its target: its content fills the box.
    this.#dialog.addEventListener('click', (event) => event.target === this.#dialog && this.close());
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submitted();
    });
    this.#search.addEventListener('input', () => this.#renderPeople());
    for (const kind of this.#form.elements.kind) kind.addEventListener('change', () => this.#kindChanged());
    addArrowKeys(this.#list, 'button, input');
  }

  get isOpen() {
    return this.#dialog.open;
  }

  async open(chat) {
    this.#chat = chat;
    this.#people = [];
    this.#chosen.clear();
    this.#form.reset();
    this.#kindChanged();
    this.#dialog.showModal();
    this.#search.focus();
    this.#hint.textContent = t('demoLoading');
    try {
      this.#people = await chat.people();
      this.#renderPeople();
    } catch (error) {
      this.#hint.textContent = '';
      this.#failed(error);
    }
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  get #isGroup() {
    return this.#form.elements.kind.value === 'group';
  }

  #kindChanged() {
    this.#groupNameField.hidden = !this.#isGroup;
    this.#groupFooter.hidden = !this.#isGroup;
    this.#error.textContent = '';
    this.#renderPeople();
    this.#renderCount();
  }

  #renderPeople() {
    const query = this.#search.value.trim().toLocaleLowerCase();
    const found = this.#people.filter(({ name }) => name.toLocaleLowerCase().includes(query));
    this.#list.replaceChildren(...found.map((user) => h('li', {}, this.#person(user))));
    if (found.length > 0) this.#hint.textContent = '';
    else this.#hint.textContent = query === '' ? t('demoNobody') : t('demoNobodyNamed');
  }

  #person(user) {
    const name = h('span', { class: 'person-name', dir: 'auto' }, user.name);
    const isOnline = this.#chat.isOnline(user.id);
    const picture = h('span', { class: isOnline ? 'room-avatar online' : 'room-avatar' },
      avatar(user.name, user.id));
    // Not the number: who knows it can sign in with it.
    const label = [picture, name, h('span', { class: 'visually-hidden' }, isOnline ? t('demoOnline') : '')];
    if (!this.#isGroup) {
      const button = h('button', { class: 'person', type: 'button' }, ...label);
      button.addEventListener('click', () => this.#openRoom(() => openDirect(this.#chat, user)));
      return button;
    }
    const box = h('input', { type: 'checkbox', class: 'visually-hidden', checked: this.#chosen.has(user.id) });
    box.addEventListener('change', () => {
      if (box.checked) this.#chosen.add(user.id);
      else this.#chosen.delete(user.id);
      this.#error.textContent = '';
      this.#renderCount();
    });
    return h('label', { class: 'person' }, box, ...label, h('span', { class: 'tick' }, icon('check')));
  }

  #renderCount() {
    const count = this.#chosen.size;
    this.#groupCount.textContent = t('demoPeople', { count });
  }

  /** Enter in a field: makes the group, or opens the only person who was found. */
  #submitted() {
    if (!this.#isGroup) {
      const buttons = this.#list.querySelectorAll('button');
      if (buttons.length === 1) buttons[0].click();
      return;
    }
    const name = this.#groupName.value.trim();
    if (name === '') {
      this.#error.textContent = t('demoNameGroup');
      this.#groupName.focus();
    } else if (this.#chosen.size === 0) {
      this.#error.textContent = t('demoChoose');
      this.#search.focus();
    } else {
      this.#openRoom(() => this.#chat.createRoom(name, [...this.#chosen]));
    }
  }

  async #openRoom(make) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#error.textContent = '';
    try {
      const roomId = await make();
      this.close();
      this.#onOpened(roomId);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isBusy = false;
    }
  }

  #failed(error) {
    if (!(error instanceof ApiError)) throw error;
    this.#error.textContent = error.message;
  }
}
