// The markup within a text: bold, italic, struck, code, links, mentions. One pass, and what it costs grows with the length
// only: each mark is opened and closed at most once, and no expression goes back over what it has seen.

/**
 * @typedef {{ kind: 'text' | 'code', text: string }
 *   | { kind: 'strong' | 'em' | 's', parts: Part[] }
 *   | { kind: 'link', href: string, parts: Part[] }
 *   | { kind: 'mention', text: string, user?: string }} Part a mention without a user is one of all: `@all`, `@here`
 * @typedef {(username: string) => string | undefined} UserOf answers the id for a user name
 */

/** What no address has, though it may stand right behind one: the punctuation of scripts that put no space there. */
const WIDE = '。，、；：！？「」『』（）【】《》〈〉…\u3000';
const CODE = '`([^`\n]+)`';
// It ends before `](`, which ends a label that is itself an address.
const ADDRESS = String.raw`(?<![A-Za-z0-9@._-])((?:https?:\/\/|www\.)(?:[^\s<>"\]${'`'}${WIDE}]|\](?!\())+)`;
const MAIL = String.raw`(?<![\p{L}\p{N}@.%+_-])([\p{L}\p{N}.%+_-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,24})(?![\p{L}\p{N}@-])`;
const PHONE = String.raw`(?<![\p{L}\p{N}:])(tel:\+?[0-9][0-9()./-]{2,30}[0-9])`;
const MENTION = String.raw`(?<![\p{L}\p{N}.@-]|[\p{L}\p{N}]_)@([A-Za-z0-9._-]{2,32})`;
const MARK = String.raw`(\*+|_+|~+)`;
// The end of a label, with where it leads: brackets in pairs, no spaces.
const LABEL_END = String.raw`\](?:\(((?:[^\s()<>]|\([^\s()<>]*\)){1,2048})\))?`;
const GAP = String.raw`(\n[^\S\n]*\n)`;
const TOKEN = new RegExp([CODE, ADDRESS, MAIL, PHONE, MENTION, MARK, String.raw`(\[)`, LABEL_END, GAP].join('|'), 'giu');
const CLOSING = new Map([[')', '('], [']', '['], ['}', '{']]);
const SPACE = /\s/;
const WORD = /[\p{L}\p{N}_]/u;
/** Which run of which character is a mark, and how long the mark is: of three stars two, the third is text. */
const MARKS = /** @type {Record<string, { kind: 'strong' | 'em' | 's', length: number, most: number }>} */ ({
  '*': { kind: 'strong', length: 2, most: 3 }, _: { kind: 'em', length: 1, most: 1 }, '~': { kind: 's', length: 2, most: 2 },
});
const ALL = new Set(['all', 'here']);

/**
 * @param {string} text @param {UserOf} userOf
 * @returns {Part[]}
 */
export function parseInline(text, userOf) {
  const reader = new Reader(text, userOf);
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    TOKEN.lastIndex = reader.take(match);
  }
  return reader.done();
}

class Reader {
  #text;
  #userOf;
  #end = 0;
  /** @type {Part[]} */
  #parts = [];
  /** Where among the parts the text of an open mark stands. @type {Map<string, number>} */
  #open = new Map();
  /** The same of labels that may be links. @type {number[]} */
  #labels = [];

  /** @param {string} text @param {UserOf} userOf */
  constructor(text, userOf) {
    this.#text = text;
    this.#userOf = userOf;
  }

  /** Takes what was found. Answers where to go on. @param {RegExpExecArray} match */
  take(match) {
    const [whole, code, web, mail, phone, name, mark, label, target, gap] = match;
    const start = match.index;
    const end = start + whole.length;
    if (code !== undefined) return this.#push(start, end, { kind: 'code', text: code });
    if (web !== undefined) return this.#address(start, web);
    if (mail !== undefined) return this.#push(start, end, link(mail, `mailto:${mail}`));
    if (phone !== undefined) return this.#push(start, end, link(phone, phone));
    if (name !== undefined) return this.#mention(start, name);
    if (mark !== undefined) return this.#mark(start, mark);
    // Marks do not reach over an empty line.
    if (gap !== undefined) this.#open.clear();
    else if (label !== undefined) this.#labels.push(this.#literal(start, end));
    else return this.#endLabel(start, end, target);
    return end;
  }

  done() {
    this.#upTo(this.#text.length);
    return joined(this.#parts);
  }

  /** @param {number} index */
  #upTo(index) {
    if (index > this.#end) this.#parts.push({ kind: 'text', text: this.#text.slice(this.#end, index) });
    this.#end = index;
  }

  /** @param {number} start @param {number} end @param {Part} part */
  #push(start, end, part) {
    this.#upTo(start);
    this.#parts.push(part);
    this.#end = end;
    return end;
  }

  /** A part of its own for what may be a mark. Answers where it is. @param {number} start @param {number} end */
  #literal(start, end) {
    this.#push(start, end, { kind: 'text', text: this.#text.slice(start, end) });
    return this.#parts.length - 1;
  }

  /** @param {number} start @param {string} found */
  #address(start, found) {
    const address = withoutEnd(found);
    const href = /^www\./i.test(address) ? `https://${address}` : address;
    const end = start + address.length;
    if (URL.canParse(href)) return this.#push(start, end, link(address, href));
    return Math.max(end, start + 1);
  }

  /** @param {number} start @param {string} name */
  #mention(start, name) {
    // A full stop behind a name belongs to the sentence.
    for (const bare of [name, name.replace(/[._-]+$/, '')]) {
      const user = this.#userOf(bare);
      if (!user && !ALL.has(bare.toLowerCase())) continue;
      const end = start + 1 + bare.length;
      return this.#push(start, end, { kind: 'mention', text: `@${bare}`, ...(user && { user }) });
    }
    return start + 1;
  }

  /** @param {number} start @param {string} run */
  #mark(start, run) {
    const { kind, length, most } = MARKS[run[0]];
    const end = start + run.length;
    if (run.length < length || run.length > most) return end;
    const before = this.#text[start - 1] ?? ' ';
    const after = this.#text[end] ?? ' ';
    const isWithin = run[0] === '_' && WORD.test(before) && WORD.test(after);
    const opened = this.#open.get(kind);
    if (opened !== undefined && !SPACE.test(before) && !(run[0] === '_' && WORD.test(after))) {
      // Of three, the first belongs to what is marked.
      this.#upTo(end - length);
      if (this.#parts.length > opened + 1) {
        this.#wrap(opened, (parts) => ({ kind, parts }));
        this.#end = end;
        return end;
      }
    }
    if (!isWithin && !SPACE.test(after) && !(run[0] === '_' && WORD.test(before))) this.#open.set(kind, this.#literal(start, start + length));
    return end;
  }

  /** Everything from a mark on becomes one part; what was opened within stays text. */
  #wrap(/** @type {number} */ index, /** @type {(parts: Part[]) => Part} */ make) {
    const [, ...within] = this.#parts.splice(index);
    this.#parts.push(make(joined(within)));
    for (const [kind, at] of this.#open) if (at >= index) this.#open.delete(kind);
    while ((this.#labels.at(-1) ?? -1) >= index) this.#labels.pop();
  }

  /** @param {number} start @param {number} end @param {string | undefined} target */
  #endLabel(start, end, target) {
    const index = this.#labels.pop();
    const isLink = index !== undefined && target !== undefined && isSafe(target);
    this.#upTo(start);
    // Where it leads may have addresses and marks in it: they are read as such, where it is none.
    if (!isLink || this.#parts.length === index + 1) return start + 1;
    this.#wrap(index, (parts) => ({ kind: 'link', href: target, parts: withoutLinks(parts) }));
    // No link is in another one.
    this.#labels = [];
    this.#end = end;
    return end;
  }
}

/** @param {string} text @param {string} href @returns {Part} */
function link(text, href) {
  return { kind: 'link', href, parts: [{ kind: 'text', text }] };
}

/** Whether a link may lead there. @param {string} href */
function isSafe(href) {
  return /^(?:https?:\/\/|mailto:)[^\s]/i.test(href) && URL.canParse(href);
}

/** Texts that stand side by side are one. @param {Part[]} parts */
function joined(parts) {
  /** @type {Part[]} */
  const all = [];
  let texts = /** @type {string[]} */ ([]);
  const flush = () => {
    if (texts.length > 0) all.push({ kind: 'text', text: texts.join('') });
    texts = [];
  };
  for (const part of parts) {
    if (part.kind === 'text') texts.push(part.text);
    else {
      flush();
      all.push(part);
    }
  }
  flush();
  return all;
}

/** Of links and mentions, what they show. @param {Part[]} parts @returns {Part[]} */
function withoutLinks(parts) {
  return joined(parts.flatMap((part) => {
    if (part.kind === 'mention') return [/** @type {Part} */ ({ kind: 'text', text: part.text })];
    if (part.kind === 'link') return part.parts;
    return 'parts' in part ? [{ ...part, parts: withoutLinks(part.parts) }] : [part];
  }));
}

/**
 * An address without what belongs to the sentence around it: punctuation, and brackets that were opened before it.
 * @param {string} address
 */
function withoutEnd(address) {
  // How many more of each kind of bracket are closed than opened.
  const closed = new Map([...CLOSING].map(([end, start]) => [end, countOf(address, end) - countOf(address, start)]));
  let length = address.length;
  for (; length > 0; length -= 1) {
    const last = address[length - 1];
    const more = closed.get(last);
    if (more === undefined ? !/[.,;:!?'"*_~|]/.test(last) : more <= 0) break;
    if (more !== undefined) closed.set(last, more - 1);
  }
  return address.slice(0, length);
}

/** @param {string} text @param {string} character */
function countOf(text, character) {
  return text.split(character).length - 1;
}
