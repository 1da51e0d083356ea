// The icons of what a first view does not need, beside those of sprite.js.

import { addSymbols } from './sprite.js';

/** @type {Parameters<typeof addSymbols>[0]} */
const ICONS = {
  archive: ['M4 5h16v4H4zM5.5 9v10h13V9M10 13h4'],
  ban: [['circle', { cx: '12', cy: '12', r: '8.5' }], 'M6 6l12 12'],
  bell: ['M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4'],
  compass: [['circle', { cx: '12', cy: '12', r: '8.5' }], 'M15.5 8.5l-2 5-5 2 2-5z'],
  copy: [['rect', { x: '9', y: '9', width: '11', height: '11', rx: '2.5' }], 'M5.5 15H5a1.5 1.5 0 0 1-1.5-1.5V5A1.5 1.5 0 0 1 5 3.5h8.5A1.5 1.5 0 0 1 15 5v.5'],
  crown: ['M4 18h16M4.5 15L3.5 7l5 3.5L12 5l3.5 5.5 5-3.5-1 8z'],
  device: [['rect', { x: '3.5', y: '5', width: '17', height: '11', rx: '2' }], 'M2.5 19.5h19'],
  'dot-online': [['circle', { class: 'dot-online', cx: '12', cy: '12', r: '5' }]],
  'dot-away': [['circle', { class: 'dot-away', cx: '12', cy: '12', r: '5' }]],
  'dot-dnd': [['circle', { class: 'dot-dnd', cx: '12', cy: '12', r: '5' }]],
  'dot-offline': [['circle', { cx: '12', cy: '12', r: '5' }]],
  edit: ['M16 4.5a2.1 2.1 0 0 1 3.5 3L8.5 18.5 4 20l1.5-4.5z'],
  forward: ['M15 6l5.5 5.5L15 17M20 11.5h-9.5a7 7 0 0 0-7 7'],
  keyboard: [['rect', { x: '2.5', y: '6', width: '19', height: '12', rx: '2.5' }], 'M6.5 10h.1M10 10h.1M14 10h.1M17.5 10h.1M8 14h8'],
  link: ['M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.5-1.5'],
  logout: ['M10 4H6.5A2.5 2.5 0 0 0 4 6.5v11A2.5 2.5 0 0 0 6.5 20H10M15 8l4 4-4 4M19 12H9.5'],
  mute: ['M12 3.5a3 3 0 0 0-3 3V11a3 3 0 0 0 6 0V6.5a3 3 0 0 0-3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v3M4 4l16 16'],
  palette: ['M12 3.5a8.5 8.5 0 0 0 0 17c1.5 0 2-1 1.5-2.2-.7-1.5.3-2.8 1.8-2.8H18a2.5 2.5 0 0 0 2.5-2.5c0-5.2-3.8-9.5-8.5-9.5zM7.5 11h.1M10 7.5h.1M14.5 7.5h.1'],
  reply: ['M9 6l-5.5 5.5L9 17M4 11.5h9.5a7 7 0 0 1 7 7'],
  settings: ['M4 7h9M17 7h3M4 17h3M11 17h9', ['circle', { cx: '15', cy: '7', r: '2' }], ['circle', { cx: '9', cy: '17', r: '2' }]],
  shield: ['M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6z'],
  unmute: ['M12 3.5a3 3 0 0 0-3 3V11a3 3 0 0 0 6 0V6.5a3 3 0 0 0-3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v3'],
  user: [['circle', { cx: '12', cy: '8.5', r: '4' }], 'M4.5 20a7.5 7.5 0 0 1 15 0'],
  'user-plus': [['circle', { cx: '10', cy: '8.5', r: '4' }], 'M2.5 20a7.5 7.5 0 0 1 15 0M19 8v6M16 11h6'],
  users: [['circle', { cx: '9', cy: '8.5', r: '3.5' }], 'M2.5 19.5a6.5 6.5 0 0 1 13 0M16 5.2a3.5 3.5 0 0 1 0 6.6M18 13.7a6.5 6.5 0 0 1 3.5 5.8'],
};

/** Puts them beside the others. */
export function addIcons() {
  addSymbols(ICONS);
}
