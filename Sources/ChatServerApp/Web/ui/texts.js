// How words are put in. The words themselves are in words/, by language and by what they are about; app/late.js loads them.
// `{name}` is put in; `{count|# thing|# things}` chooses by number, with "#" for the number itself; `{at}` is a time, told
// as far away as it is.

import { preference, setPreference } from '../model/storage.js';

export const LANGUAGES = { en: 'English', de: 'Deutsch' };

let chosen = 'en';
/** @type {Record<string, string>} */
let words = {};

/** The language that was chosen here, or the first that the browser asks for and the page has. */
export function wantedLanguage() {
  const spoken = (globalThis.navigator?.languages ?? []).map((name) => name.slice(0, 2));
  return [preference('language', ''), ...spoken].find((name) => name in LANGUAGES) ?? 'en';
}

/**
 * Takes words of a language in, beside what is there of it.
 * @param {string} name @param {Record<string, string>[]} all
 */
export function takeWords(name, all) {
  words = Object.assign(chosen === name ? words : {}, ...all);
  chosen = name;
  document.documentElement.lang = name;
}

export function language() {
  return chosen;
}

/** @param {string} name */
export function keepLanguage(name) {
  setPreference('language', name);
}

/** For dates and numbers: what the browser says, where it is of the same language. */
export function locale() {
  const own = globalThis.navigator?.language ?? 'en';
  return own.slice(0, 2) === chosen ? own : chosen;
}

/** @param {string} key @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, other) => {
    const value = values[name];
    if (one !== undefined) return (value === 1 ? one : other).replace('#', value);
    if (name === 'at') return ago(value);
    return name === 'at_text' ? String(values.at ?? '') : String(value ?? '');
  });
}

/**
 * What went wrong, as a sentence.
 * @param {any} error
 */
export function errorText(error) {
  /** @type {Record<string, string>} */
  const keys = { forbidden: 'notAllowed', rate_limited: 'tooFast', not_found: 'gone', offline: 'noConnection',
    disconnected: 'noConnection', timeout: 'noConnection' };
  return t(keys[error?.code] ?? 'wentWrong');
}

const UNITS = /** @type {const} */ ([['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]]);

/**
 * "5 minutes ago", "yesterday", and a date where that says more.
 * @param {number | string} value
 */
function ago(value, now = Date.now()) {
  const at = typeof value === 'number' ? value : Date.parse(value);
  if (Number.isNaN(at)) return '';
  const age = Math.max(0, now - at);
  if (age > 7 * 86_400_000) return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(at);
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const [unit, length] = UNITS.find(([, ms]) => age >= ms) ?? ['minute', 60_000];
  return format.format(-Math.floor(age / length), unit);
}
