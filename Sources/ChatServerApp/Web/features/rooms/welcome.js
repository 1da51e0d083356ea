// What somebody sees who is in no room yet: what one can do next.

import { h, icon } from '../../ui/dom.js';
import { t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';

const SVG = 'http://www.w3.org/2000/svg';
/** Two who talk: shapes, since no font may be asked for a picture. [name, class, attributes] */
const PICTURE = /** @type {const} */ ([
  ['rect', 'is-soft', { x: 8, y: 14, width: 96, height: 62, rx: 20 }], ['path', 'is-soft', { d: 'M28 74v18l18-18z' }],
  ['rect', 'is-strong', { x: 74, y: 48, width: 96, height: 58, rx: 20 }], ['path', 'is-strong', { d: 'M150 104v16l-18-16z' }],
  ['path', 'is-line', { d: 'M26 36h58M26 54h36' }],
  ['circle', 'is-dot', { cx: 104, cy: 77, r: 5 }], ['circle', 'is-dot', { cx: 122, cy: 77, r: 5 }], ['circle', 'is-dot', { cx: 140, cy: 77, r: 5 }],
]);

/** @param {any} app */
export function welcome(app) {
  const step = (name, title, hint, run) => h('li', {}, h('button.welcome-step', { type: 'button', onclick: run },
    h('span.welcome-icon', {}, icon(name)), h('span.person-text', {}, h('strong', {}, t(title)), h('span', {}, t(hint)))));
  return h('section.welcome', { 'aria-label': t('welcomeTitle') }, picture(), h('h1', {}, t('welcomeTitle')), h('p', {}, t('welcomeLead')),
    h('ul', {}, step('user', 'findPeople', 'findPeopleHint', () => app.openNew('direct')),
      step('users', 'newGroup', 'newGroupHint', () => app.openNew('group')),
      step('compass', 'browseRooms', 'browseRoomsHint', () => app.openPublicRooms()),
      step('link', 'inviteSomebody', 'inviteSomebodyHint', copyAddress)));
}

/** Whoever has the address can come. */
async function copyAddress() {
  try {
    await navigator.clipboard.writeText(`${location.origin}/`);
    toast(t('addressCopied'));
  } catch {
    // Without a clipboard, it can be copied by hand.
    toast(`${location.origin}/`);
  }
}

function picture() {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ class: 'welcome-picture', viewBox: '0 0 178 124', 'aria-hidden': 'true' })) svg.setAttribute(name, value);
  for (const [name, kind, attributes] of PICTURE) {
    const shape = document.createElementNS(SVG, name);
    shape.setAttribute('class', kind);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
    svg.append(shape);
  }
  return svg;
}
