// All emoji there are, with the names one finds them by. The tables come late, see app/late.js.

/** What of an emoji takes a skin tone: people and hands; hands that two people give each other are those of neither. */
const PERSON = /(?:(?<!\u200d)🤝|(?!🤝)\p{Emoji_Modifier_Base})\ufe0f?/gu;
/** The tones of skin; the first is none. */
export const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'];

/**
 * @typedef {{ emoji: string, name: string, hasTone: boolean, group: string, key: string, names: string[],
 *   words: string[] }} Emoji `key`: its English name as it stands between colons; `names`: the words of its names; `words`: others
 */

/** @param {string} emoji @param {number} tone one of TONES, by its place */
export function withTone(emoji, tone) {
  return tone > 0 ? emoji.replace(PERSON, (person) => person.replace('\ufe0f', '') + TONES[tone]) : emoji;
}

/** @param {string} name */
function keyOf(name) {
  return lower(name).replace('#', 'hash').replace('*', 'star').replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '');
}

/** Small letters, without what stands on them. @param {string} text */
function lower(text) {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

/** @param {string} text */
function wordsOf(text) {
  return lower(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** How well a word fits: the whole word, its beginning, in a name or in another word; Infinity: not at all. @param {Emoji} entry @param {string} wanted */
function rankOf({ names, words }, wanted) {
  if (names.includes(wanted)) return 0;
  if (names.some((one) => one.startsWith(wanted))) return 1;
  if (words.includes(wanted)) return 2;
  if (words.some((one) => one.startsWith(wanted))) return 3;
  return [...names, ...words].some((one) => one.includes(wanted)) ? 4 : Infinity;
}

export class EmojiBook {
  /** @type {Map<string, Emoji[]>} */
  groups = new Map();
  /** @type {Map<string, Emoji>} */
  #byKey = new Map();

  /**
   * @param {{ GROUPS: string[][], ALIASES: string }} table @param {string[]} english the names, a text for each group
   * @param {string[]} own the same in the language that is spoken
   */
  constructor({ GROUPS, ALIASES }, english, own) {
    const byEmoji = new Map();
    GROUPS.forEach(([group, text], index) => {
      const englishNames = english[index].split(';');
      const ownNames = own[index].split(';');
      this.groups.set(group, text.split(' ').map((marked, place) => {
        const emoji = marked.replace(/\*$/, '');
        const [englishName] = englishNames[place].split('|');
        const [name, more = ''] = ownNames[place].split('|');
        const entry = { emoji, name, hasTone: marked !== emoji, group, key: keyOf(englishName), names: wordsOf(`${name} ${englishName}`), words: wordsOf(more) };
        byEmoji.set(emoji, entry);
        this.#byKey.set(entry.key, entry);
        return entry;
      }));
    });
    for (const [, alias, emoji] of ALIASES.matchAll(/(\S+) (\S+)/g)) {
      const entry = byEmoji.get(emoji);
      entry?.names.push(alias);
      if (entry) this.#byKey.set(alias, entry);
    }
  }

  /** The one whose name that is, between colons. @param {string} key */
  named(key) {
    return this.#byKey.get(key.toLowerCase());
  }

  /** @param {string} emoji with a tone or without */
  of(emoji) {
    const plain = emoji.replace(/[\u{1F3FB}-\u{1F3FF}\ufe0f]/gu, '');
    return [...this.groups.values()].flat().find((entry) => entry.emoji.replaceAll('\ufe0f', '') === plain);
  }

  /**
   * Those that have all the words in their names: first that which is called so, then those with a word that begins so.
   * @param {string} query
   */
  find(query) {
    const wanted = lower(query).split(/[^\p{L}\p{N}+-]+/u).filter(Boolean);
    if (wanted.length === 0) return [];
    const exact = this.named(query.trim().replace(/\s+/g, '_'));
    const ranked = [];
    for (const entry of [...this.groups.values()].flat()) {
      const rank = entry === exact ? -1 : Math.max(...wanted.map((word) => rankOf(entry, word)));
      if (rank < Infinity) ranked.push({ entry, rank });
    }
    return ranked.sort((one, other) => one.rank - other.rank).map(({ entry }) => entry);
  }
}
