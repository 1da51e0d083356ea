// Times, days, initials, colours and links, as people read them.

const HUES = 10;
const DAY_MS = 86_400_000;
const LINK = /https?:\/\/[^\s<>"]+/g;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

export function timeOfDay(at) {
  return clock.format(at);
}

/** For a list: the time today, the day in the last week, else the date. */
export function shortTime(at, now = Date.now()) {
  const age = daysAgo(at, now);
  if (age <= 0) return timeOfDay(at);
  if (age === 1) return 'Yesterday';
  if (age < 7) return weekday.format(at);
  return shortDate.format(at);
}

/** For the line between two days. */
export function dayName(at, now = Date.now()) {
  const age = daysAgo(at, now);
  if (age <= 0) return 'Today';
  if (age === 1) return 'Yesterday';
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? longDate.format(at) : fullDate.format(at);
}

export function isSameDay(a, b) {
  return startOfDay(a) === startOfDay(b);
}

/** One letter or two, whole characters of any script. */
export function initials(name) {
  const words = name.split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, '')).filter((word) => word !== '');
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toLocaleUpperCase()).join('') || '?';
}

/** A number from 0 to 9 that is always the same for the same key (FNV-1a). */
export function hueOf(key) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % HUES;
}

/** Cuts a text into `{ text, href? }`, where web addresses have an `href`. */
export function linked(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(/[.,;:!?'")\]]+$/, '');
    if (!URL.canParse(address)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href: address });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function startOfDay(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

function daysAgo(at, now) {
  return Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
}
