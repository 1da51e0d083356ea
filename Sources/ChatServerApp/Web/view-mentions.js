// The people that are offered behind an "@".

import { avatar, bdi, h, setChildren } from './dom.js';

const OFFERED_MAX = 6;

export class Mentions {
  #chat;
  #room;
  #composer;
  #chosen;
  #offered = [];
  #choice = 0;

  /** @param {any} chat @param {any} room @param {any} composer @param {(user: any) => void} chosen */
  constructor(chat, room, composer, chosen) {
    this.#chat = chat;
    this.#room = room;
    this.#composer = composer;
    this.#chosen = chosen;
  }

  /** Offers people where an "@" is being written, or nobody. */
  offer() {
    const { textarea } = this.#composer;
    const before = textarea.value.slice(0, textarea.selectionStart);
    const match = /(?:^|\s)@([\p{L}\p{N}._-]{0,32})$/u.exec(before);
    if (!match || !this.#room.members) {
      this.close();
      return;
    }
    const query = match[1].toLowerCase();
    const people = [...this.#room.members.keys()].map((id) => this.#chat.user(id))
      .filter((user) => user?.username && user.id !== this.#chat.me.id
        && (user.username.toLowerCase().startsWith(query) || (user.display_name ?? '').toLowerCase().includes(query)))
      .sort((a, b) => a.username.localeCompare(b.username)).slice(0, OFFERED_MAX);
    // Nothing is left to complete in a name that is there in full.
    this.#offered = people.length === 1 && people[0].username.toLowerCase() === query ? [] : people;
    this.#choice = Math.min(this.#choice, Math.max(0, this.#offered.length - 1));
    this.#show();
  }

  #show() {
    const { options, textarea } = this.#composer;
    options.hidden = this.#offered.length === 0;
    setChildren(options, this.#offered.map((user, index) => h('li', {
      role: 'option', id: `${options.id}-${index}`, 'aria-selected': String(index === this.#choice),
      // Before the blur that a click brings.
      onpointerdown: (event) => { event.preventDefault(); this.#choose(user); },
    }, avatar(user.display_name || user.username, user.id, { size: 'is-small' }),
    h('strong', {}, bdi(user.display_name || user.username)), h('span', {}, `@${user.username}`))));
    if (this.#offered.length > 0) {
      textarea.setAttribute('aria-controls', options.id);
      textarea.setAttribute('aria-activedescendant', `${options.id}-${this.#choice}`);
    } else {
      textarea.removeAttribute('aria-controls');
      textarea.removeAttribute('aria-activedescendant');
    }
  }

  close() {
    if (this.#offered.length === 0) return;
    this.#offered = [];
    this.#choice = 0;
    this.#show();
  }

  /** Answers whether a key was for the list. */
  key(event) {
    const count = this.#offered.length;
    if (count === 0) return false;
    if (event.key === 'ArrowDown') this.#choice = (this.#choice + 1) % count;
    else if (event.key === 'ArrowUp') this.#choice = (this.#choice + count - 1) % count;
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' || event.key === 'Tab') this.#choose(this.#offered[this.#choice]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (this.#offered.length > 0) this.#show();
    return true;
  }

  #choose(user) {
    const { textarea } = this.#composer;
    const end = textarea.selectionStart;
    const start = textarea.value.lastIndexOf('@', end - 1);
    textarea.setRangeText(`@${user.username} `, start, end, 'end');
    this.close();
    this.#chosen(user);
  }
}
