// The markup of messages, read once for all: for drawing, for a line of plain text, and for whom a text mentions. What
// does not fit the grammar is text; nothing is ever HTML. Here are blocks; what is within them is in markup-inline.js.

import { parseInline } from './markup-inline.js';

/**
 * @typedef {import('./markup-inline.js').Part} Part
 * @typedef {import('./markup-inline.js').UserOf} UserOf
 * @typedef {{ kind: 'text', parts: Part[] }
 *   | { kind: 'block', text: string, language: string }
 *   | { kind: 'quote', blocks: Block[] }
 *   | { kind: 'list', start: number | null, items: Block[][] }} Block `start`: the first number, where there are numbers
 */

const FENCE = '```';
const LANGUAGE = /([A-Za-z0-9+#._-]{0,32})[^\S\n]*\n/y;
const QUOTE = /^>(?: |$)/;
const ITEM = /^( {0,3})(?:-|(\d{1,9})\.) +(?=\S)/;
/** Quotes in quotes, lists in lists: so deep and no deeper. */
const DEPTH_MAX = 4;
/** Of a text that is shown on one line, so much is read. */
const LINE_READ_MAX = 1_200;

/**
 * Cuts a message into what is shown differently.
 * @param {string} text
 * @param {UserOf} userOf
 * @returns {Block[]}
 */
export function parse(text, userOf = () => undefined) {
  return blocks(text, userOf, 0);
}

/** @param {string} text @param {UserOf} userOf @param {number} depth @returns {Block[]} */
function blocks(text, userOf, depth) {
  const made = new Blocks(userOf);
  let canFence = true;
  let lineEnd = -1;
  for (let at = 0; at < text.length;) {
    if (lineEnd < at) lineEnd = endOf(text, at);
    const line = text.slice(at, lineEnd);
    if (depth < DEPTH_MAX && QUOTE.test(line)) {
      const lines = linesWhile(text, at, QUOTE);
      made.push({ kind: 'quote', blocks: blocks(lines.map((one) => one.replace(QUOTE, '')).join('\n'), userOf, depth + 1) });
      at = after(at, lines);
      continue;
    }
    const item = depth < DEPTH_MAX ? ITEM.exec(line) : null;
    if (item) {
      const { block, next } = list(text, at, item, userOf, depth);
      made.push(block);
      at = next;
      continue;
    }
    const fence = canFence ? line.indexOf(FENCE) : -1;
    const close = fence < 0 ? -1 : text.indexOf(FENCE, at + fence + FENCE.length + 1);
    // Where none is closed any more, none is opened either, and none is looked for.
    if (fence >= 0 && close < 0) canFence = false;
    const block = close < 0 ? null : fenced(text.slice(at + fence + FENCE.length, close));
    if (!block) {
      made.line(line);
      at = lineEnd + 1;
      continue;
    }
    if (fence > 0) made.line(line.slice(0, fence));
    made.push(block);
    at = close + FENCE.length;
    // The end of its line is the block's.
    if (text[at] === '\n') at += 1;
  }
  return made.done();
}

/** Lines of text, until another block ends them. */
class Blocks {
  #userOf;
  /** @type {Block[]} */
  #all = [];
  /** @type {string[]} */
  #lines = [];

  /** @param {UserOf} userOf */
  constructor(userOf) {
    this.#userOf = userOf;
  }

  /** @param {string} line */
  line(line) {
    this.#lines.push(line);
  }

  /** @param {Block} block */
  push(block) {
    // Blocks stand apart by themselves: the empty lines beside them are theirs.
    while (this.#lines.at(-1)?.trim() === '') this.#lines.pop();
    this.#flush();
    this.#all.push(block);
  }

  done() {
    this.#flush();
    return this.#all;
  }

  #flush() {
    const first = this.#all.length === 0 ? 0 : this.#lines.findIndex((line) => line.trim() !== '');
    const text = first < 0 ? '' : this.#lines.slice(first).join('\n');
    this.#lines = [];
    if (text !== '') this.#all.push({ kind: 'text', parts: parseInline(text, this.#userOf) });
  }
}

/** @param {string} content what is between two fences @returns {Block | null} null: nothing is */
function fenced(content) {
  LANGUAGE.lastIndex = 0;
  const head = LANGUAGE.exec(content);
  const text = content.slice(head ? head[0].length : 0).replace(/\n$/, '');
  return text.trim() === '' ? null : { kind: 'block', text, language: head?.[1].toLowerCase() ?? '' };
}

/**
 * Items one below the other; what is set in by two spaces more belongs to the one above.
 * @param {string} text @param {number} at @param {RegExpExecArray} first @param {UserOf} userOf @param {number} depth
 * @returns {{ block: Block, next: number }}
 */
function list(text, at, [, indent, number], userOf, depth) {
  /** @type {Block[][]} */
  const items = [];
  const below = new RegExp(`^ {${indent.length + 2},}(?=\\S)`);
  const within = new RegExp(`^ {${indent.length + 2},${indent.length + (number === undefined ? 2 : 3)}}`);
  while (at < text.length) {
    const lineEnd = endOf(text, at);
    const line = text.slice(at, lineEnd);
    const item = ITEM.exec(line);
    if (!item || (item[2] === undefined) !== (number === undefined)) break;
    const lines = linesWhile(text, lineEnd + 1, below);
    items.push(blocks([line.slice(item[0].length), ...lines.map((one) => one.replace(within, ''))].join('\n'), userOf, depth + 1));
    at = after(lineEnd + 1, lines);
  }
  return { block: { kind: 'list', start: number === undefined ? null : Number(number), items }, next: at };
}

/** @param {string} text @param {number} at */
function endOf(text, at) {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** @param {string} text @param {number} at @param {RegExp} pattern */
function linesWhile(text, at, pattern) {
  const lines = [];
  while (at < text.length) {
    const line = text.slice(at, endOf(text, at));
    if (!pattern.test(line)) break;
    lines.push(line);
    at += line.length + 1;
  }
  return lines;
}

/** @param {number} at @param {string[]} lines */
function after(at, lines) {
  return lines.reduce((end, line) => end + line.length + 1, at);
}

/**
 * Whom a text mentions.
 * @param {string} text @param {UserOf} userOf
 * @returns {Set<string>}
 */
export function mentionsIn(text, userOf) {
  const found = new Set();
  const look = (/** @type {any} */ one) => {
    if (Array.isArray(one)) one.forEach(look);
    else if (one.user) found.add(one.user);
    else look(one.parts ?? one.blocks ?? one.items ?? []);
  };
  look(parse(text, userOf));
  return found;
}

/** What a text says, without its marks. @param {Block[]} all @returns {string} */
function plain(all) {
  return all.map((one) => {
    switch (one.kind) {
      case 'text': return plainParts(one.parts);
      case 'quote': return plain(one.blocks);
      case 'list': return one.items.map((item, index) => `${one.start === null ? '•' : `${one.start + index}.`} ${plain(item)}`).join('\n');
      default: return one.text;
    }
  }).join('\n');
}

/** @param {Part[]} parts @returns {string} */
function plainParts(parts) {
  return parts.map((part) => ('parts' in part ? plainParts(part.parts) : part.text)).join('');
}

/** A message on one line, as plain text. @param {string} text */
export function oneLine(text, length = 160) {
  // Where a long text is cut, a fence may be left open.
  const line = plain(parse(text.slice(0, LINE_READ_MAX))).replace(/```[\w+#.-]*/g, '').replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…` : line;
}

/** Whether there is nothing but a few emoji, which are then shown large. @param {string} text */
export function isJumbo(text) {
  return text.length <= 48 && /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(text);
}

/** @param {string} text */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}
