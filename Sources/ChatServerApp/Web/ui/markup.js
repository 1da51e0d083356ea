// The little markup of messages: for drawing, and for finding whom a text mentions.

/**
 * @typedef {{ kind: 'text' | 'code' | 'block' | 'link' | 'mention', text: string, href?: string, user?: string }} Part
 */

const BLOCK = /```(?:[a-z0-9+#-]*\n)?([\s\S]+?)```\n?/gi;
/** What no address has, though it may stand right behind one: the punctuation of scripts that put no space there. */
const WIDE = '。，、；：！？「」『』（）【】《》〈〉…\u3000';
const ADDRESS = String.raw`(?<![A-Za-z0-9@._-])(?:https?:\/\/|www\.)[^\s<>"${'`'}${WIDE}]+`;
const MAIL = String.raw`(?<![\p{L}\p{N}@.%+_-])[\p{L}\p{N}.%+_-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+\p{L}{2,24}(?![\p{L}\p{N}@-])`;
const PHONE = String.raw`(?<![\p{L}\p{N}:])tel:\+?[0-9][0-9()./-]{2,30}[0-9]`;
const INLINE = new RegExp(String.raw`${'`'}([^${'`'}\n]+)${'`'}|(${ADDRESS})|(${MAIL})|(${PHONE})|(?<![\p{L}\p{N}_.@-])@([A-Za-z0-9._-]{2,32})`, 'giu');
const CLOSING = new Map([[')', '('], [']', '['], ['}', '{']]);

/**
 * Cuts a message into what is shown differently. `userOf` answers the id for a user name, or nothing.
 * @param {string} text
 * @param {(username: string) => string | undefined} userOf
 * @returns {Part[]}
 */
export function parse(text, userOf = () => undefined) {
  /** @type {Part[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(BLOCK)) {
    inline(text.slice(end, match.index).replace(/\n$/, ''), userOf, parts);
    parts.push({ kind: 'block', text: match[1].replace(/\n$/, '') });
    end = (match.index ?? 0) + match[0].length;
  }
  inline(text.slice(end), userOf, parts);
  return parts;
}

/**
 * @param {string} text
 * @param {(username: string) => string | undefined} userOf
 * @param {Part[]} parts
 */
function inline(text, userOf, parts) {
  let end = 0;
  const push = (/** @type {number} */ from, /** @type {number} */ to, /** @type {Part} */ part) => {
    if (from > end) parts.push({ kind: 'text', text: text.slice(end, from) });
    parts.push(part);
    end = to;
  };
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, web, mail, phone, name] = match;
    const start = match.index ?? 0;
    if (code !== undefined) push(start, start + whole.length, { kind: 'code', text: code });
    else if (mail !== undefined) push(start, start + mail.length, { kind: 'link', text: mail, href: `mailto:${mail}` });
    else if (phone !== undefined) push(start, start + phone.length, { kind: 'link', text: phone, href: phone });
    else if (web !== undefined) {
      const address = withoutEnd(web);
      const href = /^www\./i.test(address) ? `https://${address}` : address;
      if (URL.canParse(href)) push(start, start + address.length, { kind: 'link', text: address, href });
    } else {
      // A full stop behind a name belongs to the sentence.
      const bare = [name, name.replace(/[._-]+$/, '')].find((candidate) => userOf(candidate));
      if (bare) push(start, start + 1 + bare.length, { kind: 'mention', text: `@${bare}`, user: userOf(bare) });
    }
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
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

/**
 * @param {string} text
 * @param {string} character
 */
function countOf(text, character) {
  return text.split(character).length - 1;
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
