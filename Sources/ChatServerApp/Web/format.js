// Times, days, initials, colours and the little markup of messages, as people read them.

import { locale, t } from './texts.js';

const DAY_MS = 86_400_000;

/** Formatters are made once: making one is slow. */
const formatters = new Map();
function formatter(name, options) {
  const key = `${locale()} ${name}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(locale(), options));
  return formatters.get(key);
}

export function timeOfDay(at) {
  return formatter('clock', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** For a list: the time today, the day in the last week, else the date. */
export function shortTime(at, now = Date.now()) {
  const age = daysAgo(at, now);
  if (age <= 0) return timeOfDay(at);
  if (age === 1) return t('yesterday');
  if (age < 7) return formatter('weekday', { weekday: 'short' }).format(at);
  return formatter('short', { day: 'numeric', month: 'short' }).format(at);
}

/** For the line between two days. */
export function dayName(at, now = Date.now()) {
  const age = daysAgo(at, now);
  if (age <= 0) return t('today');
  if (age === 1) return t('yesterday');
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return isThisYear ? formatter('long', { weekday: 'long', day: 'numeric', month: 'long' }).format(at)
    : formatter('full', { dateStyle: 'long' }).format(at);
}

export function dateAndTime(at) {
  return formatter('both', { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

export function dayOf(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

function daysAgo(at, now) {
  return Math.round((dayOf(now) - dayOf(at)) / DAY_MS);
}

/** "Ada, Ben and Cleo" */
export function listOf(names) {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names);
}

/** One letter or two, whole characters of any script. */
export function initials(name) {
  const words = name.split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, '')).filter((word) => word !== '');
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toLocaleUpperCase()).join('') || '?';
}

/** An angle of the colour wheel that is always the same for the same key (FNV-1a). */
export function hueOf(key) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  }
  return (hash % 24) * 15;
}

/**
 * @typedef {{ kind: 'text' | 'code' | 'block' | 'link' | 'mention', text: string, href?: string, user?: string }} Part
 */

const BLOCK = /```(?:[a-z0-9+#-]*\n)?([\s\S]+?)```\n?/gi;
const INLINE = /`([^`\n]+)`|https?:\/\/[^\s<>"`]+|(?<![\w.@-])@([A-Za-z0-9._-]{2,32})/g;

/**
 * Cuts a message into what is shown differently. `userOf` answers the id for a user name, or nothing.
 * @param {string} text
 * @param {(username: string) => string | undefined} userOf
 * @returns {Part[]}
 */
export function parse(text, userOf = () => undefined) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(BLOCK)) {
    inline(text.slice(end, match.index).replace(/\n$/, ''), userOf, parts);
    parts.push({ kind: 'block', text: match[1].replace(/\n$/, '') });
    end = match.index + match[0].length;
  }
  inline(text.slice(end), userOf, parts);
  return parts;
}

function inline(text, userOf, parts) {
  let end = 0;
  const push = (from, to, part) => {
    if (from > end) parts.push({ kind: 'text', text: text.slice(end, from) });
    parts.push(part);
    end = to;
  };
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, name] = match;
    const start = match.index;
    if (code !== undefined) {
      push(start, start + whole.length, { kind: 'code', text: code });
    } else if (name !== undefined) {
      // A full stop behind a name belongs to the sentence.
      const bare = [name, name.replace(/[._-]+$/, '')].find((candidate) => userOf(candidate));
      if (bare) push(start, start + 1 + bare.length, { kind: 'mention', text: `@${bare}`, user: userOf(bare) });
    } else {
      const address = whole.replace(/[.,;:!?'")\]*]+$/, '');
      if (URL.canParse(address)) push(start, start + address.length, { kind: 'link', text: address, href: address });
    }
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
}

/** A message on one line. */
export function oneLine(text, length = 160) {
  const line = text.replace(/```[a-z0-9+#-]*\n?|`/gi, '').replace(/\s+/g, ' ').trim();
  return line.length > length ? `${[...line.slice(0, length)].join('')}…` : line;
}

/** Whether there is nothing but a few emoji, which are then shown large. */
export function isJumbo(text) {
  return text.length <= 24 && /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text);
}

export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}
