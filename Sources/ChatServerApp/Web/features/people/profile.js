// Somebody's profile: who they are, whether they are there, and the way to them.

import { path } from '../../protocol/rest.js';
import { openDialog } from '../../ui/dialog.js';
import { bdi, h, icon } from '../../ui/dom.js';
import { avatar, nameOf, presenceText } from '../../ui/names.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';

export function openProfile(chat, app, id) {
  const isMe = id === chat.me.id;
  let isBlocked = false;
  const content = h('div.profile', {});
  const dialog = openDialog({ title: t('profile'), className: 'is-small' }, content);
  const render = () => {
    const user = chat.people.get(id);
    const name = nameOf(chat, id);
    const presence = chat.presence.of(id);
    content.replaceChildren(avatar(name, id, { size: 'is-large' }), h('h3', {}, bdi(name)),
      user?.username ? h('p.profile-name', {}, `@${user.username}`) : '',
      isMe ? '' : h(`p.profile-presence.is-${presence.state}`, {}, presenceText(presence)),
      user?.created_at ? h('p.profile-since', {}, t('memberSince', { at: user.created_at })) : '',
      user?.deleted ? '' : h('footer.dialog-footer.is-centred', {}, ...(isMe ? [
        h('button.button.is-primary', { type: 'button', onclick: () => { dialog.close(); app.openSettings(); } }, icon('settings'), t('settings')),
      ] : [
        h('button.button.is-primary', { type: 'button', onclick: () => {
          dialog.close();
          app.attempt(chat.rooms.openDirect(id).then((room) => app.showRoom(room.id)));
        } }, icon('send'), t('message')),
        isBlocked ? h('button.button', { type: 'button', onclick: () => unblock() }, icon('ban'), t('unblock'))
          : h('button.button.is-danger-text', { type: 'button', onclick: () => block() }, icon('ban'), t('block'))])));
  };
  async function block() {
    const name = nameOf(chat, id);
    try {
      await chat.rest.put(path`/users/me/blocks/${id}`);
      dialog.close();
      toast(t('blocked', { name }), { label: t('undo'), run: () => app.attempt(chat.rest.delete(path`/users/me/blocks/${id}`)) });
    } catch (error) {
      toast(errorText(error));
    }
  }
  async function unblock() {
    await app.attempt(chat.rest.delete(path`/users/me/blocks/${id}`).then(() => {
      isBlocked = false;
      render();
    }));
  }
  const off = chat.changes.on(['person', 'presence'], (ids) => { if (ids.has(id)) render(); });
  dialog.addEventListener('close', off);
  render();
  if (isMe) return;
  chat.rest.get('/users/me/blocks').then(({ users }) => {
    isBlocked = users.some((user) => user.id === id);
    if (isBlocked) render();
  }).catch(() => {});
}
