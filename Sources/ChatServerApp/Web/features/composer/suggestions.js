// What is offered for what is being written: behind an "@" people, behind a ":" emoji.

import { preference } from '../../model/storage.js';
import { bdi, h, setChildren } from '../../ui/dom.js';
import { withTone } from '../../ui/emoji.js';
import { avatar, userName } from '../../ui/names.js';
import { insert } from './insertion.js';

const OFFERED_MAX = 6;
const ASK_DELAY_MS = 120;
const PEOPLE_MAX = 300;
const NAME = /(?:^|\s):([\p{L}\p{N}_+-]{1,40}):$/u;

/**
 * @typedef {{ text: string, show: () => Node[], choose?: () => void }} Option `text` takes the place of what was typed
 * @typedef {{ pattern: RegExp, find: (query: string) => Option[] }} Source `pattern`: what is typed before the cursor, and
 *   in it the query
 */

export class Suggestions {
  #composer;
  #sources;
  #emoji;
  /** @type {Option[]} */
  #offered = [];
  #choice = 0;
  /** Where what is typed begins. */
  #start = 0;

  /** @param {any} composer @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room */
  constructor(composer, chat, room, late) {
    this.#composer = composer;
    const again = () => { if (composer.textarea === document.activeElement) this.offer(); };
    this.#emoji = new EmojiSource(late, again);
    this.#sources = [...(room.kind === 'direct' ? [] : [new PeopleSource(chat, room, again)]), this.#emoji];
  }

  /** The emoji takes the place of its name between colons, once the second is typed. */
  replaceName() {
    const { textarea } = this.#composer;
    const end = textarea.selectionStart;
    const [, key] = NAME.exec(textarea.value.slice(0, end)) ?? [];
    if (key) this.#emoji.named(key, (emoji) => { if (textarea.selectionStart === end) insert(textarea, emoji, { start: end - key.length - 2, end }); });
  }

  /** Offers what fits where one writes, or nothing. */
  offer() {
    const { textarea } = this.#composer;
    const before = textarea.value.slice(0, textarea.selectionStart);
    this.#offered = [];
    for (const source of this.#sources) {
      const match = source.pattern.exec(before);
      if (!match) continue;
      this.#start = before.length - match[1].length - 1;
      this.#offered = source.find(match[1].toLowerCase()).slice(0, OFFERED_MAX);
      break;
    }
    this.#choice = Math.min(this.#choice, Math.max(0, this.#offered.length - 1));
    this.#show();
  }

  #show() {
    const { options, textarea } = this.#composer;
    options.hidden = this.#offered.length === 0;
    setChildren(options, this.#offered.map((option, index) => h('li', {
      role: 'option', id: `${options.id}-${index}`, 'aria-selected': String(index === this.#choice),
      // Before the blur that a click brings.
      onpointerdown: (event) => { event.preventDefault(); this.#choose(option); },
    }, ...option.show())));
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

  /** @param {Option} option */
  #choose(option) {
    const { textarea } = this.#composer;
    const end = textarea.selectionStart;
    option.choose?.();
    this.close();
    insert(textarea, option.text, { start: this.#start, end });
  }
}

/** @implements {Source} */
class PeopleSource {
  pattern = /(?:^|\s)@([\p{L}\p{N}._-]{0,32})$/u;
  #chat;
  #room;
  #again;
  #timer = 0;
  /** What has been asked for, so that it is asked once. @type {Set<string>} */
  #asked = new Set();

  constructor(chat, room, again) {
    this.#chat = chat;
    this.#room = room;
    this.#again = again;
  }

  /** Of the members, those whose names are known; the others are asked for by what is typed, not one by one. */
  find(query) {
    const { people, me } = this.#chat;
    this.#askSoon(query);
    const found = [];
    for (const id of this.#room.members?.keys() ?? []) {
      const user = people.peek(id);
      if (!user?.username || id === me.id) continue;
      if (user.username.toLowerCase().startsWith(query) || (user.display_name ?? '').toLowerCase().includes(query)) found.push(user);
    }
    // Nothing is left to complete in a name that is there in full.
    if (found.length === 1 && found[0].username.toLowerCase() === query) return [];
    return found.sort((a, b) => a.username.localeCompare(b.username)).map((user) => ({
      text: `@${user.username} `,
      show: () => [avatar(userName(user), user.id, { size: 'is-small' }), h('strong', {}, bdi(userName(user))), h('span', {}, `@${user.username}`)],
    }));
  }

  #askSoon(query) {
    clearTimeout(this.#timer);
    if (this.#asked.has(query)) return;
    this.#timer = setTimeout(async () => {
      this.#asked.add(query);
      await this.#chat.people.search(query, PEOPLE_MAX).catch(() => this.#asked.delete(query));
      this.#again();
    }, ASK_DELAY_MS);
  }
}

/** @implements {Source} */
class EmojiSource {
  pattern = /(?:^|\s):([\p{L}\p{N}_+-]{2,40})$/u;
  #late;
  #again;
  /** @type {import('../../ui/emoji.js').EmojiBook | null} */
  #book = null;

  /** @param {any} late what loads the tables @param {() => void} again offers once they are there */
  constructor(late, again) {
    this.#late = late;
    this.#again = again;
  }

  find(query) {
    if (!this.#book) {
      this.#load(this.#again);
      return [];
    }
    return this.#book.find(query.replaceAll('_', ' ')).slice(0, OFFERED_MAX).map((entry) => {
      const emoji = toned(entry);
      return { text: emoji, show: () => [h('span.offered-emoji', {}, emoji), h('span', {}, entry.name), h('span.offered-key', {}, `:${entry.key}:`)] };
    });
  }

  /** @param {string} key @param {(emoji: string) => void} work */
  named(key, work) {
    this.#load((book) => {
      const entry = book.named(key);
      if (entry) work(toned(entry));
    });
  }

  #load(work) {
    this.#late.use('emoji', (book) => {
      this.#book = book;
      work(book);
    });
  }
}

/** As somebody likes it. @param {import('../../ui/emoji.js').Emoji} entry */
function toned({ emoji, hasTone }) {
  return hasTone ? withTone(emoji, Number(preference('tone', '0'))) : emoji;
}
