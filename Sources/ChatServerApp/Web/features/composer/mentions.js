// The people that are offered behind an "@".

import { h, bdi, setChildren } from '../../ui/dom.js';
import { avatar, userName } from '../../ui/names.js';
import { insert } from './insertion.js';

const OFFERED_MAX = 6;
const ASK_DELAY_MS = 120;

export class Mentions {
  #chat;
  #room;
  #composer;
  #offered = [];
  #choice = 0;
  #timer = 0;
  /** What has been asked for, so that it is asked once. @type {Set<string>} */
  #asked = new Set();
  /** Whom the server has found, by id. @type {Map<string, any>} */
  #found = new Map();

  /** @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room @param {any} composer */
  constructor(chat, room, composer) {
    this.#chat = chat;
    this.#room = room;
    this.#composer = composer;
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
    this.#askSoon(query);
    const people = this.#matching(query);
    // Nothing is left to complete in a name that is there in full.
    this.#offered = people.length === 1 && people[0].username.toLowerCase() === query ? [] : people;
    this.#choice = Math.min(this.#choice, Math.max(0, this.#offered.length - 1));
    this.#show();
  }

  /** Of the members, those whose names are known. */
  #matching(query) {
    const { people, me } = this.#chat;
    const found = [];
    for (const id of this.#room.members?.keys() ?? []) {
      const user = this.#found.get(id) ?? people.peek(id);
      if (!user?.username || id === me.id) continue;
      if (user.username.toLowerCase().startsWith(query) || (user.display_name ?? '').toLowerCase().includes(query)) found.push(user);
    }
    return found.sort((a, b) => a.username.localeCompare(b.username)).slice(0, OFFERED_MAX);
  }

  /** Whose names are not known yet is asked for by what is typed, once; not one by one. */
  #askSoon(query) {
    clearTimeout(this.#timer);
    if (this.#asked.has(query)) return;
    this.#timer = setTimeout(async () => {
      this.#asked.add(query);
      const people = await this.#chat.people.search(query, 300).catch(() => []);
      for (const user of people) if (this.#room.members?.has(user.id)) this.#found.set(user.id, user);
      if (this.#composer.textarea === document.activeElement) this.offer();
    }, ASK_DELAY_MS);
  }

  #show() {
    const { options, textarea } = this.#composer;
    options.hidden = this.#offered.length === 0;
    setChildren(options, this.#offered.map((user, index) => h('li', {
      role: 'option', id: `${options.id}-${index}`, 'aria-selected': String(index === this.#choice),
      // Before the blur that a click brings.
      onpointerdown: (event) => { event.preventDefault(); this.#choose(user); },
    }, avatar(userName(user), user.id, { size: 'is-small' }), h('strong', {}, bdi(userName(user))), h('span', {}, `@${user.username}`))));
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
    this.#chat.people.take(user);
    this.close();
    insert(textarea, `@${user.username} `, { start, end });
  }
}
