// What is loaded when it is wanted, and not with the page: the one place that imports so.

import { h } from '../ui/dom.js';
import { keepLanguage, language, t, takeWords, wantedLanguage } from '../ui/texts.js';
import { toast } from '../ui/toast.js';

/** The words of each language, by what they are about. */
const WORDS = /** @type {Record<string, Record<string, () => Promise<{ default: Record<string, string> }>>>} */ ({
  en: {
    'sign-in': () => import('../ui/words/en-sign-in.js'),
    chat: () => import('../ui/words/en-chat.js'),
    dialogs: () => import('../ui/words/en-dialogs.js'),
  },
  de: {
    'sign-in': () => import('../ui/words/de-sign-in.js'),
    chat: () => import('../ui/words/de-chat.js'),
    dialogs: () => import('../ui/words/de-dialogs.js'),
  },
});

/** What opens over a conversation, and beside it. */
const PARTS = /** @type {const} */ ({
  menu: () => import('../ui/menu.js'),
  dialog: () => import('../ui/dialog.js'),
  emojiPicker: () => import('../ui/emoji-picker.js'),
  emoji: (language) => emojiBook(language),
  touch: () => import('../features/messages/touch.js'),
  formatting: () => import('../features/composer/formatting.js'),
  suggestions: () => import('../features/composer/suggestions.js'),
  welcome: () => import('../features/rooms/welcome.js'),
  forward: () => import('../features/messages/forward.js'),
  messageActions: () => import('../features/messages/message-actions.js'),
  thread: () => import('../features/thread/thread-panel.js'),
  details: () => import('../features/details/details-panel.js'),
  profile: () => import('../features/people/profile.js'),
  newRoom: () => import('../features/rooms/new-room.js'),
  publicRooms: () => import('../features/rooms/public-rooms.js'),
  invitation: () => import('../features/rooms/invitation.js'),
  search: () => import('../features/search/search-dialog.js'),
  shortcuts: () => import('../features/settings/shortcuts.js'),
  settings: () => import('../features/settings/settings.js'),
  admin: () => import('../features/settings/admin.js'),
});
/** What is opened so rarely, or is so much, that it is not there before. */
const WHEN_OPENED = new Set(['settings', 'admin', 'emoji']);
/** What is made of words, and so made anew in another language. */
const SPOKEN = /** @type {const} */ (['emoji']);
/** @type {Record<string, () => Promise<{ default: string[] }>>} */
const EMOJI_NAMES = { en: () => import('../ui/emoji/names-en.js'), de: () => import('../ui/emoji/names-de.js') };

/** @typedef {keyof typeof PARTS} Part */

export class Late {
  /** @type {Map<string, any>} */
  #there = new Map();
  /** @type {Map<string, Promise<any>>} */
  #coming = new Map();
  /** What the words that are here are about. @type {Set<string>} */
  #words = new Set();
  #language = wantedLanguage();

  /** The way in. */
  async signIn() {
    const [module] = await Promise.all([import('../features/sign-in/sign-in.js'), this.words('sign-in')]);
    return module;
  }

  /** The chat of somebody who is signed in. */
  async chat() {
    const [module] = await Promise.all([import('./shell.js'), this.words('sign-in', 'chat'), this.#once('sheet chat', () => sheet('chat'))]);
    return module;
  }

  /**
   * A part, with the words, the icons and the sheet of what opens over the page.
   * @param {Part} name
   */
  get(name) {
    return this.#once(name, async () => {
      const [module] = await Promise.all([PARTS[name](this.#language), this.words('dialogs'), this.#once('icons', addIcons),
        this.#once('sheet overlays', () => sheet('overlays'))]);
      this.#there.set(name, module);
      return module;
    });
  }

  /**
   * Does `work` with a part: at once where it is there, as it soon is in every page.
   * @template T
   * @param {Part} name @param {(module: any) => T} work
   */
  use(name, work) {
    const module = this.#there.get(name);
    return module ? work(module) : this.get(name).then(work, () => toast(t('noConnection')));
  }

  /** All of it, so that it is there when it is asked for. */
  async all() {
    try {
      await Promise.all(Object.keys(PARTS).filter((name) => !WHEN_OPENED.has(name)).map((name) => this.get(/** @type {Part} */ (name))));
    } catch {
      // Whoever asks for it asks again.
    }
  }

  /**
   * Words that are not there yet.
   * @param {...string} about
   */
  words(...about) {
    return Promise.all(about.map((one) => this.#once(`words ${one}`, async () => {
      const spoken = this.#language;
      const words = (await WORDS[spoken][one]()).default;
      this.#words.add(one);
      // Another language has been chosen meanwhile: then these come with the others.
      if (spoken === this.#language) takeWords(spoken, [words]);
    })));
  }

  /**
   * Goes on in another language.
   * @param {string} name
   */
  async speak(name) {
    keepLanguage(name);
    const words = await Promise.all([...this.#words].map((about) => WORDS[name][about]()));
    this.#language = name;
    for (const part of SPOKEN) {
      this.#there.delete(part);
      this.#coming.delete(part);
    }
    if (language() !== name) takeWords(name, words.map((module) => module.default));
  }

  /**
   * @param {string} key
   * @param {() => Promise<any>} load
   */
  #once(key, load) {
    const known = this.#coming.get(key);
    if (known) return known;
    const coming = load().catch((error) => {
      this.#coming.delete(key);
      throw error;
    });
    this.#coming.set(key, coming);
    return coming;
  }
}

/** All emoji, with their names in a language, and in English, as they stand between colons. @param {string} language */
async function emojiBook(language) {
  const [{ EmojiBook }, table, english, own] = await Promise.all([import('../ui/emoji.js'), import('../ui/emoji/table.js'),
    EMOJI_NAMES.en(), EMOJI_NAMES[language]()]);
  return new EmojiBook(table, english.default, own.default);
}

async function addIcons() {
  (await import('../ui/icons.js')).addIcons();
}

/**
 * A sheet that is there when this is; theme.js may have asked for it.
 * @param {string} name
 */
function sheet(name) {
  const href = `/assets/styles/${name}.css`;
  const asked = /** @type {HTMLLinkElement | null} */ (document.querySelector(`link[rel="stylesheet"][href="${href}"]`));
  if (asked?.sheet) return Promise.resolve();
  const link = asked ?? h('link', { rel: 'stylesheet', href });
  return new Promise((resolve) => {
    for (const event of ['load', 'error']) link.addEventListener(event, resolve, { once: true });
    if (!asked) document.head.append(link);
  });
}
