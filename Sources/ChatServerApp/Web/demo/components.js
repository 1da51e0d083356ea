// Every component in every state, both themes beside each other: to look at when one of them is changed.

import { byName } from './components-tokens.js';
import { MARKUP, sampleChat, sampleItem, sampleMessage, sampleRoom } from './components-samples.js';
import { choices, prepare } from './demo-page.js';
import { Composer } from '../features/composer/composer.js';
import { MessageRow } from '../features/messages/message-row.js';
import { RoomRow } from '../features/rooms/room-row.js';
import { confirmDialog, openDialog } from '../ui/dialog.js';
import { emptyArt, field, h, icon, iconButton, skeleton } from '../ui/dom.js';
import { openMenu } from '../ui/menu.js';
import { avatar, presenceDot } from '../ui/names.js';
import { searchField } from '../ui/search-field.js';
import { t } from '../ui/texts.js';
import { toast } from '../ui/toast.js';

const NOTHING = () => {};
const STATES = /** @type {const} */ (['queued', 'sending', 'failed', 'sent', 'read']);
const late = { use: NOTHING, get: () => new Promise(NOTHING) };
const actions = new Proxy({}, { get: () => NOTHING });

const specimen = (caption, ...content) => h('figure.specimen', {}, ...content, h('figcaption', {}, caption));
const wide = (caption, ...content) => h('figure.specimen.is-wide', {}, ...content, h('figcaption', {}, caption));
const button = (name, caption, attributes = {}) => specimen(caption, h(`button.button${name}`, { type: 'button', ...attributes }, 'Button'));

/** @type {[title: string, make: (chat: import('../model/chat.js').Chat) => (Node | string)[]][]} */
const SECTIONS = [
  ['Colours', () => byName(/^--(?!space|radius|text-|quick|steady|shadow|person|backdrop)/, (name) => [h('i', { 'data-token': name, 'data-as': 'background' })])],
  ['Shapes and shadows', () => [
    ...byName(/^--radius/, (name) => [h('i', { 'data-token': name, 'data-as': 'border-radius' })], '.is-shape'),
    ...byName(/^--shadow/, (name) => [h('i', { 'data-token': name, 'data-as': 'box-shadow' })]),
    ...byName(/^--space/, (name) => [h('i', { 'data-token': name, 'data-as': 'width' })], '.is-shape')]],
  ['Text', () => byName(/^--text-/, (name) => [h('span', { 'data-token': name, 'data-as': 'font-size' }, 'Aa')])],
  ['Buttons', () => [button('', 'plain'), button('.is-primary', 'primary'), button('.is-danger', 'danger'), button('.is-danger-text', 'danger, quiet'),
    button('.is-primary', 'disabled', { disabled: true }), button('.is-primary', 'busy', { 'aria-busy': 'true' }),
    specimen('link', h('button.link', { type: 'button' }, 'Link')), specimen('icon', iconButton('search', t('search'), NOTHING)),
    specimen('with an icon', h('button.button', { type: 'button' }, icon('check'), 'Button')),
    specimen('chip, on and off', h('button.chip', { type: 'button', 'aria-pressed': 'true' }, 'Chip'), h('button.chip', { type: 'button', 'aria-pressed': 'false' }, 'Chip'))]],
  ['Fields', () => [specimen('plain', field({ label: 'Label', value: 'Text' }).element), specimen('with a hint', field({ label: 'Label', hint: 'A hint', placeholder: 'Placeholder' }).element),
    specimen('invalid', field({ label: 'Label', 'aria-invalid': 'true', value: 'Text' }).element, h('p.form-error', {}, 'What is wrong')),
    specimen('disabled', field({ label: 'Label', disabled: true, value: 'Text' }).element), specimen('search', searchField(t('search')).element),
    specimen('check', h('label.check', {}, h('input', { type: 'checkbox', checked: true }), h('span', {}, 'Chosen', h('small', {}, 'What it means')))),
    specimen('keys', h('span', {}, h('kbd', {}, 'Ctrl'), ' ', h('kbd', {}, 'K')))]],
  ['People', () => [...['is-small', 'is-middle', '', 'is-large'].map((size) => specimen(size || 'plain', avatar('Mara Lindqvist', 'me', { size }))),
    specimen('room', avatar('Weekend hike', '1', { isRoom: true })),
    ...['online', 'away', 'dnd'].map((state) => specimen(state, h('span.row-avatar', {}, avatar('Tomás Rivera', state), presenceDot(state))))]],
  ['Rooms in the list', (chat) => [h('ul.rooms', {}, ...roomRows(chat))]],
  ['Messages', (chat) => [h('ol.messages', {}, ...messageRows(chat))]],
  ['Between messages', () => [wide('day, new', h('ol.messages', {}, h('li.separator.is-day', {}, h('span', {}, t('today'))), h('li.separator.is-new', {}, h('span', {}, t('newMessages'))))),
    specimen('pills', h('div.pills', {}, h('button.pill', { type: 'button' }, icon('up'), h('span', {}, t('toFirstUnread'))), h('button.pill', { type: 'button' }, h('span', {}, t('newCount', { count: 3 })), icon('down')))),
    wide('typing', h('p.typing', {}, h('span.dots', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), h('span', {}, t('typing', { names: 'Tomás Rivera', count: 1 })))),
    specimen('loading', h('span.spinner', { role: 'img', 'aria-label': t('loading') })), wide('not there yet', ...skeleton(2, 'of-room'))]],
  ['Writing', (chat) => composers(chat)],
  ['Words from the page', () => [specimen('lost', h('div.banner.is-lost', {}, h('span', {}, t('reconnecting')), h('button.link', { type: 'button' }, t('tryNow')))),
    specimen('back', h('div.banner.is-back', {}, h('span', {}, t('backOnline')))), specimen('toast', h('div.toast', {}, h('span', {}, t('copied')), h('button.link', { type: 'button' }, t('undo')))),
    wide('notice', h('p.notice', {}, t('sessionEnded'))), wide('read only', h('p.read-only', {}, icon('lock'), t('isArchived'))),
    wide('empty', h('div.nothing-open', {}, emptyArt('thread'), h('h3', {}, t('nothingOpen')), h('p', {}, t('nothingOpenHint'))))]],
  ['What opens', () => [specimen('menu', opener(t('more'), (anchor) => openMenu(anchor, t('more'), [
    { label: t('reply'), icon: 'reply', run: NOTHING }, { label: t('online'), icon: 'dot-online', isChecked: true, run: NOTHING }, null,
    { label: t('delete'), icon: 'trash', isDanger: true, run: NOTHING }]))),
  specimen('dialog', opener(t('details'), () => openDialog({ title: t('details') }, h('p.dialog-text', {}, t('channelHint'))))),
  specimen('question', opener(t('delete'), () => confirmDialog(t('leaveQuestion'), t('leave')))),
  specimen('toast', opener(t('copyText'), () => toast(t('copied'), { label: t('undo'), run: NOTHING })))]],
];

function opener(label, open) {
  const made = h('button.button', { type: 'button', onclick: () => open(made) }, label);
  return made;
}

function roomRows(chat) {
  const rooms = [{}, { unread: 3 }, { unread: 120, mentions: 1 }, { typists: ['2'] }, { kind: 'channel', name: 'Announcements' },
    { kind: 'direct', peer: '2' }, { kind: 'direct', peer: '6', last: sampleMessage({ user_id: 'me', text: 'word '.repeat(40) }) }, { last: null }];
  return rooms.map((fields, index) => {
    const row = new RoomRow(chat, sampleRoom(`row-${index}`, fields), NOTHING);
    row.render();
    if (index === 0) row.link.setAttribute('aria-current', 'page');
    row.link.addEventListener('click', (event) => event.preventDefault());
    return row.element;
  });
}

function messageRows(chat) {
  const room = sampleRoom('1', {});
  const quoted = { seq: 1, user: '3', text: 'Who comes along?' };
  const items = [sampleItem({}, { isLast: false }), sampleItem({ text: 'A second one of hers.', user_id: '2' }, { isFirst: false }), sampleItem({ text: MARKUP, mentions: ['me'] }),
    sampleItem({ text: '🥾🎉' }), sampleItem({ deleted: true, text: '' }), sampleItem({ edited_at: '2026-05-15T10:00:00Z' }), sampleItem({ reply_to: 1 }, { quoted }),
    sampleItem({ thread: 1 }), sampleItem({ reactions: { '👍': ['me', '3'], '❤️': ['4'] } }, { answers: 2 }), sampleItem({ text: 'w'.repeat(120) }),
    ...STATES.map((state) => sampleItem({ user_id: 'me', text: state, ...(['sent', 'read'].includes(state) ? {} : { pending: { state } }) }, { state }))];
  return items.map((item) => {
    const row = new MessageRow({ chat, room, isThread: false, actions }, item.isMine);
    row.show(item);
    return row.element;
  });
}

let composerCount = 0;

function composers(chat) {
  const make = (caption, work = NOTHING) => {
    composerCount += 1;
    const composer = new Composer(chat, sampleRoom(`composer-${composerCount}`, {}), { late, thread: composerCount, onSent: NOTHING, onUp: NOTHING });
    work(composer);
    return wide(caption, composer.element);
  };
  return [make('empty'), make('with text', (one) => { one.textarea.value = 'Some text'; one.element.classList.add('has-text'); }),
    make('reply', (one) => one.reply(sampleMessage({}))), make('too long', (one) => { one.error.textContent = t('tooLong', { count: 12 }); })];
}

/** Sizes and colours of tokens: there is no inline style in the page's markup. */
function applyTokens(root) {
  for (const element of root.querySelectorAll('[data-token]')) element.style.setProperty(element.dataset.as, `var(${element.dataset.token})`);
}

async function start() {
  await prepare('sign-in', 'chat', 'dialogs');
  const chat = sampleChat();
  document.getElementById('app')?.append(
    h('header.gallery-head', {}, h('h1', {}, t('components')), choices()),
    h('main.gallery', {}, ...SECTIONS.map(([title, make]) => h('section', { 'aria-label': title }, h('h2', {}, title),
      h('div.themes', {}, ...['is-light', 'is-dark'].map((theme) => h(`div.${theme}`, {}, h('div.specimens', {}, ...make(chat)))))))));
  applyTokens(document);
  /** @type {any} */ (document.activeElement)?.blur?.();
  performance.mark('usable');
}

start();
