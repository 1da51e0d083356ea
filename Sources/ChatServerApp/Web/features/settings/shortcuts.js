// The list of keyboard shortcuts.

import { openDialog } from '../../ui/dialog.js';
import { h } from '../../ui/dom.js';
import { t } from '../../ui/texts.js';

const SHORTCUTS = [
  ['toSearch', 'Ctrl', 'K'], ['scSearchHere', 'Ctrl', 'F'], ['scNext', 'Alt', '↓'], ['scPrevious', 'Alt', '↑'],
  ['scNew', 'Ctrl', 'Shift', 'O'], ['scDetails', 'Ctrl', '.'], ['scSend', 'Enter'], ['scLine', 'Shift', 'Enter'],
  ['scEditLast', '↑'], ['scMention', '@'], ['scEmoji', ':'], ['scMessages', 'Shift', 'F6'], ['scReply', 'R'], ['scThread', 'T'], ['scReact', '+'], ['scEdit', 'E'],
  ['scCopy', 'C'], ['scDelete', 'Delete'], ['scMenu', 'Enter'], ['scBack', 'Esc'], ['scShortcuts', 'Ctrl', '/'],
];
const ON_MESSAGE = new Set(['scReply', 'scThread', 'scReact', 'scEdit', 'scCopy', 'scDelete', 'scMenu']);

export function openShortcuts() {
  const list = (title, entries) => h('section', {}, h('h3', {}, title), h('dl.shortcuts', {}, ...entries.map(([text, ...keys]) => h('div', {},
    h('dt', {}, t(text)), h('dd', {}, ...keys.map((key) => h('kbd', {}, key)))))));
  openDialog({ title: t('shortcuts') }, h('div.dialog-form', { tabindex: '0' },
    list(t('everywhere'), SHORTCUTS.filter(([text]) => !ON_MESSAGE.has(text))),
    list(t('onAMessage'), SHORTCUTS.filter(([text]) => ON_MESSAGE.has(text)))));
}
