// What keys do to the text that is being written: marks around what is selected, marks before its lines, links, lists.

import { insert } from './insertion.js';

const MARKS = /** @type {Record<string, string>} */ ({ bold: '**', italic: '_', struck: '~~', code: '`' });
const PREFIXES = /** @type {Record<string, string>} */ ({ quote: '> ', bullets: '- ' });
/** The beginning of a line that the next one goes on with. */
const ITEM = /^([ \t]*)(?:(- |> )|(\d{1,9})\. )(.*)$/;

/**
 * Marks what is selected, or takes the marks away.
 * @param {HTMLTextAreaElement} textarea @param {string} command one of the keys' for writing
 */
export function format(textarea, command) {
  if (command in PREFIXES) prefix(textarea, PREFIXES[command]);
  else mark(textarea, MARKS[command]);
}

/** @param {HTMLTextAreaElement} textarea @param {string} mark */
function mark(textarea, mark) {
  const { value } = textarea;
  let { selectionStart: start, selectionEnd: end } = textarea;
  // Spaces at the edges are not marked: a mark stands beside a letter.
  while (start < end && /\s/.test(value[start])) start += 1;
  while (end > start && /\s/.test(value[end - 1])) end -= 1;
  const { length } = mark;
  const chosen = value.slice(start, end);
  const isAround = start >= length && value.slice(start - length, start) === mark && value.slice(end, end + length) === mark;
  const isWithin = chosen.length > 2 * length && chosen.startsWith(mark) && chosen.endsWith(mark);
  if (isAround) replace(textarea, start - length, end + length, chosen, 0);
  else if (isWithin) replace(textarea, start, end, chosen.slice(length, -length), 0);
  else replace(textarea, start, end, `${mark}${chosen}${mark}`, length);
}

/** @param {HTMLTextAreaElement} textarea @param {string} mark */
function prefix(textarea, mark) {
  const { value, selectionEnd } = textarea;
  const start = value.lastIndexOf('\n', textarea.selectionStart - 1) + 1;
  const lineEnd = value.indexOf('\n', selectionEnd);
  const end = lineEnd < 0 ? value.length : lineEnd;
  const lines = value.slice(start, end).split('\n');
  const isMarked = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (isMarked ? line.slice(mark.length) : `${mark}${line}`)).join('\n');
  insert(textarea, text, { start, end });
}

/** Puts a text in, and selects it without `edge` characters at each end. */
function replace(textarea, start, end, text, edge) {
  insert(textarea, text, { start, end });
  textarea.setSelectionRange(start + edge, start + text.length - edge);
}

/** An address that is pasted over words is where they lead. @param {HTMLTextAreaElement} textarea @param {string} address */
export function linkTo(textarea, address) {
  const { selectionStart: start, selectionEnd: end, value } = textarea;
  // What would end it too early.
  const safe = address.replace(/[()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  insert(textarea, `[${value.slice(start, end)}](${safe})`, { start, end });
}

/** A new line; in a list with the mark of the next item, and after an empty one without. @param {HTMLTextAreaElement} textarea */
export function newLine(textarea) {
  const { value, selectionStart: at } = textarea;
  const start = value.lastIndexOf('\n', at - 1) + 1;
  const [, indent, sign, number, rest] = ITEM.exec(value.slice(start, at)) ?? [];
  if (rest === undefined) insert(textarea, '\n');
  else if (rest.trim() === '') insert(textarea, '', { start, end: at });
  else insert(textarea, `\n${indent}${sign ?? `${Number(number) + 1}. `}`);
}
