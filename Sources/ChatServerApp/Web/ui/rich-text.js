// Draws the markup of messages. Text goes in as text, whatever it looks like.

import { h, iconButton } from './dom.js';
import { isJumbo, parse } from './markup.js';
import { t } from './texts.js';
import { toast } from './toast.js';

/**
 * @typedef {import('./markup.js').Block} Block
 * @typedef {import('./markup.js').Part} Part
 * @typedef {{ userOf: (username: string) => string | undefined, me?: string, profile?: (id: string) => void }} Readers whom
 *   a text may mention, and what a click on one does
 */

/**
 * @param {string} text @param {Readers} readers
 */
export function richText(text, readers, selector = 'div.body') {
  return h(`${selector}${isJumbo(text) ? '.is-jumbo' : ''}`, { dir: 'auto' }, ...blocks(parse(text, readers.userOf), readers));
}

/** @param {Block[]} all @param {Readers} readers @returns {(Node | string)[]} */
function blocks(all, readers) {
  return all.flatMap((one) => {
    switch (one.kind) {
      case 'text': return inline(one.parts, readers);
      case 'quote': return [h('blockquote', { dir: 'auto' }, ...blocks(one.blocks, readers))];
      case 'list': return [h(one.start === null ? 'ul' : 'ol', one.start === null ? {} : { start: String(one.start) },
        ...one.items.map((item) => h('li', {}, ...blocks(item, readers))))];
      default: return [codeBlock(one)];
    }
  });
}

/** @param {Part[]} parts @param {Readers} readers @returns {(Node | string)[]} */
function inline(parts, readers) {
  return parts.map((part) => {
    switch (part.kind) {
      case 'text': return part.text;
      case 'code': return h('code', {}, part.text);
      case 'link': return link(part.href, inline(part.parts, readers));
      case 'mention': return mention(part, readers);
      default: return h(part.kind, {}, ...inline(part.parts, readers));
    }
  });
}

function codeBlock({ text, language }) {
  return h('div.code-block', {}, h('pre', { dir: 'ltr', tabindex: '0', 'data-language': language || null }, h('code', {}, text)),
    iconButton('copy', t('copyCode'), () => navigator.clipboard?.writeText(text).then(() => toast(t('copied')), () => {})));
}

/** One of all, `@all`, leads to nobody. */
function mention({ text, user }, { me, profile }) {
  const name = `.mention${user && user === me ? '.is-me' : ''}`;
  return user && profile ? h(`button${name}`, { type: 'button', onclick: () => profile(user) }, text) : h(`span${name}`, {}, text);
}

/** The web opens in another tab; what is of this page opens here. Where a link with a name leads is its tooltip. */
function link(href, content) {
  const isHere = href.toLowerCase().startsWith(`${location.origin}/#/`);
  const isWeb = /^https?:/i.test(href) && !isHere;
  const made = h('a', { href: isHere ? href.slice(location.origin.length) : href,
    ...(isWeb && { target: '_blank', rel: 'noopener noreferrer nofollow' }) }, ...content);
  if (made.textContent === href) made.dir = 'ltr';
  else made.title = href;
  return made;
}
