// A popup to choose an emoji from: by groups, by name, in the tone of skin that one likes.

import { preference, setPreference } from '../model/storage.js';
import { h } from './dom.js';
import { TONES, withTone } from './emoji.js';
import { openPopup } from './popup.js';
import { t } from './texts.js';

const RECENT_MAX = 24;
const FOUND_MAX = 120;
/** What stands for each group. */
const TABS = { recent: '🕘', smileys: '😀', people: '👋', nature: '🐻', food: '🍎', activities: '⚽', travel: '🚗', objects: '💡', symbols: '❤️', flags: '🏁' };

/** @typedef {import('./emoji.js').EmojiBook} EmojiBook */

/**
 * Lets somebody choose an emoji beside an element.
 * @param {any} late what loads the tables @param {Element} anchor @param {string} label @param {(emoji: string) => void} choose
 */
export async function openEmojiPicker(late, anchor, label, choose) {
  const picker = new EmojiPicker((emoji) => {
    popup.close();
    choose(emoji);
  });
  const popup = openPopup(anchor, picker.element, { label });
  picker.search.focus();
  const book = await late.use('emoji', (/** @type {EmojiBook} */ one) => one);
  if (book) picker.fill(book);
  else popup.close();
}

class EmojiPicker {
  /** @type {EmojiBook | null} */
  #book = null;
  #choose;
  #group = 'recent';
  /** Enter was pressed before there was anything. */
  #isWanted = false;
  #tone = Number(preference('tone', '0'));

  /** @param {(emoji: string) => void} choose */
  constructor(choose) {
    this.#choose = choose;
    this.search = h('input', { type: 'text', role: 'searchbox', 'aria-label': t('findEmoji'), placeholder: t('findEmoji'), autocomplete: 'off',
      oninput: () => this.#show(), onkeydown: (event) => this.#searchKey(event) });
    this.tone = h('button.icon-button.emoji-tone', { type: 'button', 'aria-haspopup': 'true', onclick: () => this.#toggleTones() });
    this.tones = h('div.emoji-tones', { role: 'radiogroup', 'aria-label': t('skinTone'), hidden: true });
    this.tabs = h('div.emoji-tabs', { role: 'tablist', 'aria-label': t('emojiGroups'), onkeydown: (event) => this.#tabKey(event) });
    this.grid = h('div.emoji-grid', { onkeydown: (event) => this.#gridKey(event), onfocusin: ({ target }) => this.#stopAt(target) });
    this.title = h('p.emoji-title', {});
    this.panel = h('div.emoji-groups', { role: 'tabpanel', 'aria-label': t('emoji'), 'aria-busy': 'true' }, this.title, this.grid);
    this.element = h('div.emoji-picker', {}, h('div.emoji-head', {}, this.search, this.tone), this.tones, this.tabs, this.panel);
    this.#renderTone();
  }

  /** @param {EmojiBook} book */
  fill(book) {
    this.#book = book;
    this.#group = recent().length > 0 ? 'recent' : 'smileys';
    this.panel.removeAttribute('aria-busy');
    this.tabs.replaceChildren(...['recent', ...book.groups.keys()].map((group) => h('button.emoji-tab', {
      type: 'button', role: 'tab', 'aria-label': t(group), title: t(group), 'data-group': group, onclick: () => this.#open(group) }, TABS[group])));
    this.#show();
    if (this.#isWanted) this.grid.querySelector('.emoji')?.click();
  }

  #open(group) {
    this.#group = group;
    this.search.value = '';
    this.#show();
  }

  #show() {
    const book = this.#book;
    if (!book) return;
    const query = this.search.value.trim();
    const found = query === '' ? null : book.find(query.replace(/^:|:$/g, ''));
    for (const tab of this.tabs.children) {
      const isChosen = !found && tab.dataset.group === this.#group;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = tab.dataset.group === this.#group ? 0 : -1;
    }
    const shown = found?.slice(0, FOUND_MAX) ?? (this.#group === 'recent'
      ? recent().map((emoji) => ({ ...book.of(emoji), emoji, hasTone: false })) : book.groups.get(this.#group) ?? []);
    this.title.textContent = shown.length === 0 ? t(found ? 'nothingFound' : 'nothingYet') : t(found ? 'found' : this.#group);
    this.grid.replaceChildren(...shown.map((entry, index) => {
      const emoji = entry.hasTone ? withTone(entry.emoji, this.#tone) : entry.emoji;
      return h('button.emoji', { type: 'button', title: entry.name ?? emoji, 'aria-label': entry.name ?? emoji, tabindex: index === 0 ? '0' : '-1',
        onclick: () => this.#pick(emoji) }, emoji);
    }));
    this.panel.scrollTop = 0;
  }

  #pick(emoji) {
    setPreference('emoji', [emoji, ...recent().filter((other) => other !== emoji)].slice(0, RECENT_MAX).join(' '));
    this.#choose(emoji);
  }

  // The tone of skin

  #renderTone() {
    this.tone.textContent = withTone('✋', this.#tone);
    this.tone.setAttribute('aria-label', t('skinTone'));
    this.tone.title = t('skinTone');
    this.tone.setAttribute('aria-expanded', String(!this.tones.hidden));
  }

  #toggleTones() {
    this.tones.hidden = !this.tones.hidden;
    this.tones.replaceChildren(...TONES.map((_, tone) => h('button.emoji', { type: 'button', role: 'radio', 'aria-checked': String(tone === this.#tone),
      'aria-label': t(`tone_${tone}`), title: t(`tone_${tone}`), onclick: () => this.#setTone(tone) }, withTone('✋', tone))));
    this.#renderTone();
    if (!this.tones.hidden) this.tones.children[this.#tone]?.focus();
  }

  #setTone(tone) {
    this.#tone = tone;
    setPreference('tone', String(tone));
    this.tones.hidden = true;
    this.#renderTone();
    this.tone.focus();
    this.#show();
  }

  // The keyboard: one emoji is a stop of Tab, the arrows lead to the others, as they stand on the screen

  #searchKey(event) {
    const first = this.grid.querySelector('.emoji');
    if (event.key === 'Enter' && this.search.value.trim() !== '') {
      if (this.#book) first?.click();
      else this.#isWanted = true;
    } else if (event.key === 'ArrowDown') first?.focus();
    else return;
    event.preventDefault();
  }

  #tabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...this.tabs.children];
    const target = step && tabs[tabs.indexOf(document.activeElement) + step];
    if (!target) return;
    event.preventDefault();
    target.click();
    target.focus();
  }

  #stopAt(target) {
    if (!target.matches('.emoji')) return;
    for (const other of this.grid.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    target.tabIndex = 0;
  }

  #gridKey(event) {
    const all = [...this.grid.children];
    const columns = Math.max(1, all.findIndex((one) => one.offsetTop > all[0].offsetTop));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns === 1 ? all.length : columns, ArrowUp: -columns }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = all.indexOf(document.activeElement) + step;
    if (index < 0) this.search.focus();
    else all[Math.min(index, all.length - 1)]?.focus();
  }
}

function recent() {
  return preference('emoji', '').split(' ').filter(Boolean);
}
