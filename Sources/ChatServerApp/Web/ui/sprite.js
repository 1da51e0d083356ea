// The icons that a first view needs, and the sprite that all are symbols of.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * By name: the paths of an icon, or its other shapes.
 * @type {Record<string, (string | [string, Record<string, string>])[]>}
 */
const FIRST = {
  alert: [['circle', { cx: '12', cy: '12', r: '8.5' }], 'M12 7.5v5.5M12 16.3v.1'],
  back: ['M15 5l-7 7 7 7'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  checks: ['M1.5 12.5L6 17l8.5-9M10.5 16l1 1L21 7.5'],
  clock: [['circle', { cx: '12', cy: '12', r: '8.5' }], 'M12 7.5V12l3 2'],
  close: ['M6 6l12 12M18 6L6 18'],
  compose: ['M12 4H6.5A2.5 2.5 0 0 0 4 6.5v11A2.5 2.5 0 0 0 6.5 20h11a2.5 2.5 0 0 0 2.5-2.5V12', 'M17.7 3.7a1.84 1.84 0 0 1 2.6 2.6L12 14.6l-3.5.9.9-3.5z'],
  down: ['M12 5v14M6 13l6 6 6-6'],
  info: [['circle', { cx: '12', cy: '12', r: '8.5' }], 'M12 11v5.5M12 7.7v.1'],
  lock: [['rect', { x: '5', y: '10.5', width: '14', height: '9.5', rx: '2.5' }], 'M8 10.5V8a4 4 0 0 1 8 0v2.5'],
  megaphone: ['M4 10v4h3l9 4.5v-13L7 10zM8 14.5l1 5h2.5l-1-3.7M19 10a3 3 0 0 1 0 4'],
  more: [['path', { d: 'M5.5 12h.1M12 12h.1M18.5 12h.1', 'stroke-width': '3' }]],
  search: [['circle', { cx: '10.5', cy: '10.5', r: '6' }], 'M15 15l5 5'],
  send: ['M12 19V5M5.5 11.5L12 5l6.5 6.5'],
  smile: [['circle', { cx: '12', cy: '12', r: '8.5' }], 'M8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.7v.1M15 9.7v.1'],
  thread: ['M4.5 5.5h15v10H11l-4 3.5v-3.5H4.5zM8.5 9h7M8.5 12h4'],
  trash: ['M4.5 6.5h15M9 6.5v-2h6v2M6.5 6.5l1 13h9l1-13M10.5 10.5v5M13.5 10.5v5'],
  up: ['M12 19V5M6 11l6-6 6 6'],
};

const made = (name, attributes, ...children) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/**
 * Makes icons known to `icon`, of which those may be drawn already that use them.
 * @param {typeof FIRST} icons
 */
export function addSymbols(icons) {
  let sprite = document.querySelector('.sprite');
  if (!sprite) {
    sprite = made('svg', { class: 'sprite', 'aria-hidden': 'true' });
    document.body.prepend(sprite);
  }
  sprite.append(...Object.entries(icons).map(([name, shapes]) => (
    made('symbol', { id: `i-${name}`, viewBox: '0 0 24 24' },
      ...shapes.map((shape) => (typeof shape === 'string' ? made('path', { d: shape }) : made(shape[0], shape[1])))))));
}

export function addFirstIcons() {
  addSymbols(FIRST);
}
