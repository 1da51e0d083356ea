// Times, days and lists, as people read them.

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
