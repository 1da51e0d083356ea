// Oneself: profile, password, devices, looks, notifications, and the way out.

import { preference, setPreference } from '../../model/storage.js';
import { path } from '../../protocol/rest.js';
import { confirmDialog, openDialog } from '../../ui/dialog.js';
import { bdi, field, h, icon, whileBusy } from '../../ui/dom.js';
import { dateAndTime } from '../../ui/format.js';
import { avatar, userName } from '../../ui/names.js';
import { errorText, LANGUAGES, language, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';
import { deviceName } from './device-name.js';

const TABS = ['profile', 'devices', 'looks', 'notifications', 'account'];

export function openSettings(chat, app, first = 'profile') {
  const panes = { profile, devices, looks, notifications, account, admin };
  const names = chat.me.admin ? [...TABS, 'admin'] : TABS;
  const pane = h('div.settings-pane', { role: 'tabpanel', tabindex: '0' });
  const icons = { profile: 'user', devices: 'device', looks: 'palette', notifications: 'bell', account: 'lock', admin: 'shield' };
  const tabs = h('div.tabs', { role: 'tablist', 'aria-label': t('settings') }, ...names.map((name) => h('button.tab', {
    type: 'button', role: 'tab', id: `tab-${name}`, onclick: () => select(name) }, icon(icons[name]), h('span', {}, t(`tab_${name}`)))));
  const dialog = openDialog({ title: t('settings'), className: 'is-wide' }, h('div.settings', {}, tabs, pane));

  function select(name) {
    for (const tab of tabs.children) {
      const isIt = tab.id === `tab-${name}`;
      tab.setAttribute('aria-selected', String(isIt));
      tab.tabIndex = isIt ? 0 : -1;
    }
    pane.setAttribute('aria-labelledby', `tab-${name}`);
    pane.replaceChildren(...panes[name](chat, app, dialog, () => select(name)));
  }
  tabs.addEventListener('keydown', (event) => {
    const index = [...tabs.children].indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step || index < 0) return;
    event.preventDefault();
    const next = tabs.children[(index + step + names.length) % names.length];
    next.click();
    next.focus();
  });
  select(first);
  tabs.querySelector('[aria-selected=true]').focus();
}

function form(fields, label, work) {
  const error = h('p.form-error', { role: 'alert' });
  const submit = h('button.button.is-primary', { type: 'submit' }, label);
  return h('form', { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    error.textContent = '';
    whileBusy(submit, async () => {
      try {
        await work();
        toast(t('saved'));
      } catch (problem) {
        error.textContent = problem.text ?? errorText(problem);
      }
    });
  } }, ...fields, error, h('footer.form-foot', {}, submit));
}

function profile(chat, app) {
  const { me } = chat;
  const name = field({ label: t('displayName'), maxlength: '64', value: me.display_name ?? '', autocomplete: 'name' });
  const status = field({ label: t('statusText'), maxlength: '80', value: me.settings?.status_text ?? '', hint: t('statusHint'), autocomplete: 'off' });
  return [
    h('div.settings-me', {}, avatar(userName(me), me.id, { size: 'is-large' }),
      h('div', {}, h('h3', {}, bdi(userName(me))), h('p', {}, `@${me.username}`))),
    form([name.element, status.element], t('save'), async () => {
      await chat.people.updateMe({ display_name: name.input.value.trim() || me.username, settings: { status_text: status.input.value.trim() } });
    }),
    privacy(chat, app), blocked(chat, app)];
}

/** What others get to know: three switches of the account, changed as soon as they are touched. */
function privacy(chat, app) {
  const settings = chat.me.settings ?? {};
  return h('fieldset.choices.is-plain', {}, h('legend', {}, t('privacy')), ...['hides_last_seen', 'hides_typing', 'hides_reading'].map((name) => {
    const box = h('input', { type: 'checkbox', role: 'switch', onchange: async () => {
      if (!(await app.attempt(chat.people.updateMe({ settings: { [name]: box.checked } }).then(() => true)))) box.checked = !box.checked;
    } });
    box.checked = settings[name] === true;
    return h('label.check', {}, box, h('span', {}, t(name)));
  }));
}

/** Whom one has blocked, and the way to end that; nothing where it is nobody. */
function blocked(chat, app) {
  const part = h('section', { hidden: true }, h('h3', {}, t('blockedPeople')));
  const list = h('ul.session-list', {});
  part.append(list);
  const show = (users) => {
    part.hidden = users.length === 0;
    list.replaceChildren(...users.map((user) => {
      const name = userName(user);
      const end = h('button.button', { type: 'button', 'aria-label': t('unblockName', { name }), onclick: () => whileBusy(end, async () => {
        if (await app.attempt(chat.rest.delete(path`/users/me/blocks/${user.id}`).then(() => true))) show(users.filter((other) => other !== user));
      }) }, t('unblock'));
      return h('li', {}, avatar(name, user.id, { size: 'is-middle' }), h('div', {}, h('strong', {}, bdi(name)), h('span', {}, `@${user.username}`)), end);
    }));
  };
  chat.rest.get('/users/me/blocks').then(({ users }) => show(users)).catch(() => {});
  return part;
}

function devices(chat, app, dialog, again) {
  const list = h('ul.session-list', {}, h('li.spinner-row', {}, h('span.spinner', { role: 'img', 'aria-label': t('loading') })));
  chat.rest.get('/sessions').then(({ sessions }) => {
    list.replaceChildren(...sessions.map((session) => h('li', {}, icon('device'),
      h('div', {}, h('strong', {}, session.current ? t('thisDevice') : deviceName(session.device_id) ?? t('otherDevice')),
        h('span', {}, t('lastActive', { at: session.last_seen_at ?? session.created_at })),
        h('span', {}, t('signedInAt', { at: session.created_at }))),
      !session.current && h('button.button', { type: 'button', 'aria-label': t('endSessionOf', { at: dateAndTime(Date.parse(session.created_at)) }),
        onclick: (event) => whileBusy(event.target, async () => {
          await app.attempt(chat.rest.delete(path`/sessions/${session.id}`));
          again();
        }) }, t('endSession')))));
  }).catch((error) => list.replaceChildren(h('li', {}, errorText(error))));
  return [h('p.settings-lead', {}, t('devicesLead')), list];
}

function choices(legend, name, options, chosen, choose) {
  return h('fieldset.choices', {}, h('legend', {}, legend), ...options.map(([value, label]) => {
    const input = h('input', { type: 'radio', name, value, onchange: () => choose(value) });
    input.checked = value === chosen;
    return h('label', {}, input, h('span', {}, label));
  }));
}

function looks(chat, app) {
  return [
    choices(t('theme'), 'theme', [['system', t('themeSystem')], ['light', t('themeLight')], ['dark', t('themeDark')]],
      preference('theme', 'system'), (theme) => {
        setPreference('theme', theme);
        document.documentElement.dataset.theme = theme;
      }),
    choices(t('language'), 'language', Object.entries(LANGUAGES), language(), (name) => app.attempt(app.speak(name)))];
}

function admin(chat, app) {
  const pane = h('div.admin-pane', {});
  app.late.get('admin').then(({ adminPane }) => pane.replaceChildren(...adminPane(chat)));
  return [pane];
}

function notifications(chat, app, dialog, again) {
  if (!('Notification' in globalThis)) return [h('p.settings-lead', {}, t('noNotifications'))];
  const isOn = preference('notify', 'off') === 'on' && Notification.permission === 'granted';
  const box = h('input', { type: 'checkbox', role: 'switch', onchange: async () => {
    if (box.checked && Notification.permission !== 'granted') await Notification.requestPermission();
    const isGranted = Notification.permission === 'granted';
    setPreference('notify', box.checked && isGranted ? 'on' : 'off');
    if (box.checked && !isGranted) toast(t('notificationsRefused'));
    again();
  } });
  box.checked = isOn;
  const mentions = h('input', { type: 'checkbox', role: 'switch', onchange: () => setPreference('notifyMentions', mentions.checked ? 'on' : 'off') });
  mentions.checked = preference('notifyMentions', 'off') === 'on';
  return [h('p.settings-lead', {}, t('notificationsLead')),
    h('label.check', {}, box, h('span', {}, t('notify'), h('small', {}, t('notifyHint')))),
    h('label.check', {}, mentions, h('span', {}, t('notifyMentions'), h('small', {}, t('notifyMentionsHint'))))];
}

function account(chat, app, dialog) {
  const current = field({ label: t('currentPassword'), type: 'password', autocomplete: 'current-password', maxlength: '1024' });
  const wanted = field({ label: t('newPassword'), type: 'password', autocomplete: 'new-password', maxlength: '1024', hint: t('passwordHint', { count: 8 }) });
  const name = h('input', { type: 'text', value: chat.me.username, autocomplete: 'username', hidden: true });
  return [
    h('h3', {}, t('changePassword')),
    form([name, current.element, wanted.element], t('changePassword'), async () => {
      if (new TextEncoder().encode(wanted.input.value).length < 8) throw { text: t('passwordShort', { count: 8 }) };
      try {
        await chat.rest.post('/auth/password', { current_password: current.input.value, new_password: wanted.input.value });
      } catch (error) {
        throw ['forbidden', 'unauthorized', 'unprocessable'].includes(error.code) ? { text: t('wrongCurrentPassword') } : error;
      }
      current.input.value = '';
      wanted.input.value = '';
    }),
    h('hr'), h('h3', {}, t('signOut')), h('p.settings-lead', {}, t('signOutLead')),
    h('button.button', { type: 'button', onclick: () => { dialog.close(); app.signOut(); } }, icon('logout'), t('signOut')),
    h('hr'), h('h3', {}, t('deleteAccount')), h('p.settings-lead', {}, t('deleteAccountLead')),
    h('button.button.is-danger-text', { type: 'button', onclick: () => deleteAccount(chat, app, dialog) }, icon('trash'), t('deleteAccount'))];
}

async function deleteAccount(chat, app, settings) {
  if (!(await confirmDialog(t('deleteAccountQuestion'), t('deleteAccount')))) return;
  const password = field({ label: t('password'), type: 'password', autocomplete: 'current-password', maxlength: '1024' });
  const error = h('p.form-error', { role: 'alert' });
  const submit = h('button.button.is-danger', { type: 'submit' }, t('deleteAccount'));
  const dialog = openDialog({ title: t('deleteAccount'), className: 'is-small' }, h('form.dialog-form', { onsubmit: (event) => {
    event.preventDefault();
    whileBusy(submit, async () => {
      try {
        await chat.rest.delete('/users/me', { password: password.input.value });
        dialog.close();
        settings.close();
        app.signedOut(t('accountDeleted'));
      } catch (problem) {
        error.textContent = problem.code === 'unauthorized' || problem.code === 'forbidden' ? t('wrongCurrentPassword') : errorText(problem);
      }
    });
  } }, password.element, error, h('footer.dialog-footer', {}, submit)));
  password.input.focus();
}
