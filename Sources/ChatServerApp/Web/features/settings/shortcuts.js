// The list of keyboard shortcuts, made of their table.

import { openDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { KEYS, capsOf } from '../../ui/keys.js';
import { t } from '../../ui/texts.js';

const SECTIONS = /** @type {const} */ ([['everywhere', 'everywhere'], ['writing', 'whileWriting'], ['message', 'onAMessage']]);

export function openShortcuts() {
  openDialog({ title: t('shortcuts') }, h('div.dialog-form', { tabindex: '0' },
    ...SECTIONS.map(([where, title]) => h('section', {}, h('h3', {}, t(title)), h('dl.shortcuts', {}, ...rows(where))))));
}

function rows(where) {
  return KEYS.filter((key) => key.where === where && key.isShown !== false).map((key) => h('div', {},
    h('dt', {}, t(key.text)), h('dd', {}, ...capsOf(key).map((cap) => h('kbd', {}, cap)))));
}
