// The tokens of design, as the sheet has them.

import { h } from '../ui/dom.js';

/** @param {RegExp} pattern @param {(name: string) => Node[]} show */
export function byName(pattern, show, kind = '') {
  return names().filter((name) => pattern.test(name)).map((name) => h(`div.swatch${kind}`, {}, ...show(name), h('span', {}, name.slice(2))));
}

function names() {
  const sheet = [...document.styleSheets].find(({ href }) => href?.endsWith('/tokens.css'));
  const rule = [...sheet?.cssRules ?? []].find((one) => one instanceof CSSStyleRule && one.selectorText === ':root');
  return rule instanceof CSSStyleRule ? [...rule.style].filter((name) => name.startsWith('--')) : [];
}
