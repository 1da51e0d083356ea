// What administrators of the server see among the settings: invitations to register, and how the server is.

import { field, h, icon, whileBusy } from '../../ui/dom.js';
import { dateAndTime } from '../../ui/format.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';

const USES_MAX = 100_000;
const DAYS_MAX = 365;
const DAY_S = 86_400;
const FIGURES = [['figureConnections', 'chat_connections'], ['figureMessages', 'chat_messages_total'],
  ['figureRequests', 'chat_requests_total'], ['figureWaiting', 'chat_unwritten']];

export function adminPane(chat) {
  return [h('p.settings-lead', {}, t('adminLead')), invitation(chat), server()];
}

/** A link by which somebody can register where that is not open to all. */
function invitation(chat) {
  const uses = field({ label: t('registerUses'), type: 'number', min: '1', max: String(USES_MAX), value: '1', required: true });
  const days = field({ label: t('registerDays'), type: 'number', min: '1', max: String(DAYS_MAX), value: '7', required: true });
  const submit = h('button.button.is-primary', { type: 'submit' }, t('makeLink'));
  const error = h('p.form-error', { role: 'alert' });
  const made = h('div', {});
  return h('form', { onsubmit: (event) => {
    event.preventDefault();
    error.textContent = '';
    whileBusy(submit, async () => {
      try {
        const count = uses.input.valueAsNumber;
        const { url, expires_at: until } = await chat.rest.post('/invites', {
          uses: count, expires_in_s: days.input.valueAsNumber * DAY_S });
        made.replaceChildren(link(url, t('registerHint', { count, until: dateAndTime(Date.parse(until)) })));
        made.querySelector('input').select();
      } catch (problem) {
        error.textContent = errorText(problem);
      }
    });
  } }, h('h3', {}, t('registerLink')), h('div.field-row', {}, uses.element, days.element), error,
  h('footer.form-foot', {}, submit), made);
}

function link(url, hint) {
  const shown = field({ label: t('inviteLink'), readonly: true, value: url, hint });
  const copy = h('button.button', { type: 'button', onclick: async () => {
    shown.input.select();
    await navigator.clipboard?.writeText(url).catch(() => {});
    toast(t('copied'));
  } }, icon('copy'), t('copyLink'));
  return h('div.made-link', {}, shown.element, copy);
}

/** Whether the server is ready, and a few of its figures; the rest is a page of its own. */
function server() {
  const facts = h('dl.facts', {});
  const show = (rows) => facts.replaceChildren(...rows.flatMap(([label, value]) => [h('dt', {}, label), h('dd', {}, value)]));
  readState().then(show, () => show([[t('serverState'), t('noConnection')]]));
  return h('section.settings-server', {}, h('h3', {}, t('server')), facts,
    h('p', {}, h('a', { href: '/dashboard' }, t('dashboard')), ' · ', h('a', { href: '/metrics', target: '_blank', rel: 'noopener' }, t('allFigures'))));
}

async function readState() {
  const [ready, metrics] = await Promise.all([fetch('/ready'), fetch('/metrics')]);
  const text = metrics.ok ? await metrics.text() : '';
  const number = new Intl.NumberFormat(document.documentElement.lang);
  return [[t('serverState'), t(ready.ok ? 'serverReady' : 'serverNotReady')],
    ...FIGURES.filter(([, name]) => text.includes(`\n${name}`)).map(([label, name]) => [t(label), number.format(sumOf(text, name))])];
}

/** The sum of a figure over its labels, in the text format of Prometheus. */
function sumOf(text, name) {
  let sum = 0;
  for (const [, value] of text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))) sum += Number(value);
  return sum;
}
