// What all demo pages share: the language, the theme, the icons, and the way to another language.

import { addIcons } from '../ui/icons.js';
import { h } from '../ui/dom.js';
import { addFirstIcons } from '../ui/sprite.js';
import { LANGUAGES, keepLanguage, t, takeWords, wantedLanguage } from '../ui/texts.js';
import { preference, setPreference } from '../model/storage.js';

const ATTRIBUTES = /** @type {const} */ ([['aria-label', 'data-t-label'], ['title', 'data-t-title'], ['placeholder', 'data-t-placeholder']]);
const THEMES = /** @type {const} */ (['system', 'light', 'dark']);

/** @type {Record<string, Record<string, () => Promise<{ default: Record<string, string> }>>>} */
const WORDS = {
  en: { demo: () => import('../ui/words/en-demo.js'), 'sign-in': () => import('../ui/words/en-sign-in.js'), chat: () => import('../ui/words/en-chat.js'), dialogs: () => import('../ui/words/en-dialogs.js') },
  de: { demo: () => import('../ui/words/de-demo.js'), 'sign-in': () => import('../ui/words/de-sign-in.js'), chat: () => import('../ui/words/de-chat.js'), dialogs: () => import('../ui/words/de-dialogs.js') },
};

/**
 * Loads the words of the page's language, and puts them where the page says so: `data-t` names the word of an element's
 * text, `data-t-label`, `data-t-title` and `data-t-placeholder` those of its attributes.
 * @param {...string} about
 */
export async function prepare(...about) {
  const name = wantedLanguage();
  const modules = await Promise.all(['demo', ...about].map((one) => WORDS[name][one]()));
  takeWords(name, modules.map((module) => module.default));
  addFirstIcons();
  addIcons();
  for (const element of document.querySelectorAll('[data-t]')) element.textContent = t(element.getAttribute('data-t'));
  for (const [attribute, key] of ATTRIBUTES) {
    for (const element of document.querySelectorAll(`[${key}]`)) element.setAttribute(attribute, t(element.getAttribute(key)));
  }
}

/** Theme and language, as they are chosen on all pages of this server. */
export function choices() {
  const theme = h('select', { 'aria-label': t('theme'), onchange: () => {
    setPreference('theme', theme.value);
    document.documentElement.dataset.theme = theme.value;
  } }, ...THEMES.map((one) => h('option', { value: one, selected: one === preference('theme', 'system') }, t(`theme_${one}`))));
  const language = h('select', { 'aria-label': t('language'), onchange: () => {
    keepLanguage(language.value);
    location.reload();
  } }, ...Object.entries(LANGUAGES).map(([key, name]) => h('option', { value: key, selected: key === wantedLanguage(), lang: key }, name)));
  return h('div.page-choices', {}, theme, language);
}
