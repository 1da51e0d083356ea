// What can be done with a message: the bar over it, its menu, and what they do.

import { confirmDialog, openDialog } from '../../ui/dialog.js';
import { h, iconButton } from '../../ui/dom.js';
import { oneLine } from '../../ui/markup.js';
import { openMenu } from '../../ui/menu.js';
import { errorText, t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';
import { openEmojiPicker } from '../../ui/emoji-picker.js';
import { openMessageInfo } from './message-info.js';

const QUICK_REACTIONS = ['👍', '❤️', '😂'];
/** Under a finger, there is room for more. */
const STRIP = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/** The bar over the message that somebody points at; its `host` is the message's element. */
export function makeBar(actions) {
  const act = (work) => () => work(bar.host?.row.message);
  const bar = h('div.message-bar', { role: 'toolbar', 'aria-label': t('messageActions') },
    ...QUICK_REACTIONS.map((key) => h('button.icon-button.is-react', { type: 'button', 'aria-label': t('reactWith', { key }), title: key,
      onclick: act((message) => actions.react(message, key)) }, key)),
    iconButton('smile', t('react'), act((message) => actions.pickReaction(message, bar)), { class: 'icon-button is-react' }),
    iconButton('reply', t('reply'), act((message) => actions.reply(message)), { class: 'icon-button is-reply' }),
    iconButton('thread', t('openThread'), act((message) => actions.thread(message.thread ?? message.seq)), { class: 'icon-button is-thread' }),
    iconButton('more', t('more'), () => bar.host && actions.openMenu(bar.host.row.message, bar.host, bar, bar.classList.contains('is-in-thread'))));
  bar.host = null;
  return bar;
}

/**
 * What can be done with a message of the room that `view` shows; `composerOf` answers where one writes there.
 * @param {{ chat: any, app: any, view: { room: import('../../model/room-state.js').RoomState }, composerOf: () => any }} where
 */
export function messageActions({ chat, app, view, composerOf }) {
  const attempt = (work) => work.catch((error) => toast(errorText(error)));
  const actions = {
    openMenu: (message, element, anchor, isThread) => openMenu(anchor, t('messageActions'),
      message.pending ? pendingMenu(message.pending) : menu(message, element, isThread),
      { head: (close) => (isTouch() && !message.pending && view.room.may('react') ? strip(message, element, close) : null) }),
    reply: (message) => { if (view.room.may('send')) composerOf().reply(message); },
    edit: (message) => { if (view.room.may('send')) composerOf().edit(message); },
    react: (message, key) => { if (view.room.may('react')) attempt(chat.messages.react(view.room, message, key)); },
    thread: (seq) => app.showThread(view.room.id, seq),
    forward: (message) => app.openForward(message),
    copy: (message) => attempt(copyText(message.text).then(() => toast(t('copied')))),
    remove: (message) => remove(chat, view.room, message),
    pickReaction: (message, anchor) => {
      if (view.room.may('react')) openEmojiPicker(app.late, anchor, t('react'), (key) => actions.react(message, key));
    },
  };
  /** What one reacts with most, over the menu. */
  const strip = (message, element, close) => h('div.reaction-strip', { role: 'group', 'aria-label': t('react') },
    ...STRIP.map((key) => h('button.icon-button', { type: 'button', 'aria-label': t('reactWith', { key }), onclick: () => {
      close();
      actions.react(message, key);
    } }, key)),
    iconButton('smile', t('react'), () => {
      close();
      actions.pickReaction(message, element.row.bubble);
    }));
  const menu = (message, element, isThread) => {
    const { room } = view;
    const isMine = message.user_id === chat.me.id;
    const maySend = room.may('send');
    return [
      room.may('react') && !isTouch() && { label: t('react'), icon: 'smile', run: () => actions.pickReaction(message, element.row.bubble) },
      maySend && { label: t('reply'), icon: 'reply', run: () => actions.reply(message) },
      !isThread && { label: t('openThread'), icon: 'thread', run: () => actions.thread(message.thread ?? message.seq) },
      null,
      { label: t('forward'), icon: 'forward', run: () => actions.forward(message) },
      { label: t('copyText'), icon: 'copy', run: () => actions.copy(message) },
      { label: t('copyLink'), icon: 'link', run: () => attempt(copyText(`${location.origin}/#/r/${room.id}/${message.seq}`).then(() => toast(t('copied')))) },
      { label: t('messageInfo'), icon: 'info', run: () => openMessageInfo(chat, room, message) },
      null,
      isMine && maySend && { label: t('edit'), icon: 'edit', run: () => actions.edit(message) },
      { label: t('delete'), icon: 'trash', isDanger: true, run: () => actions.remove(message) },
    ].filter((item) => item !== false);
  };
  const pendingMenu = (entry) => [
    ...(entry.state === 'failed' ? [
      { label: t('tryAgain'), icon: 'send', run: () => chat.outbox.retry(entry) },
      { label: t('edit'), icon: 'edit', run: () => composerOf().takeBack(entry) }] : []),
    { label: t('copyText'), icon: 'copy', run: () => actions.copy(entry) },
    ...(entry.state === 'failed' ? [null, { label: t('discard'), icon: 'trash', isDanger: true, run: () => chat.outbox.discard(entry) }] : []),
  ];
  return actions;
}

/** Takes one's last message up again. */
export async function editLast(chat, room, view, composer) {
  const { timeline } = view;
  await arrived(chat, room, timeline, composer);
  if (!composer.isEmpty || !composer.element.isConnected) return;
  view.render();
  const mine = timeline.messages.findLast(({ user_id: id, deleted }) => id === chat.me.id && !deleted);
  if (mine && view.elementOf(mine.seq)) composer.edit(mine);
  else view.focusLast();
}

/** What was sent a moment ago may still be on its way, and is the last all the same: waits until it is there. */
function arrived(chat, { id }, timeline, composer) {
  const last = chat.outbox.in(id).findLast(({ thread }) => (thread ?? null) === composer.thread);
  const isOver = () => !composer.isEmpty || last.state === 'failed' || timeline.findSent(last.client_msg_id) !== undefined;
  if (!last || isOver()) return undefined;
  return new Promise((resolve) => {
    const off = chat.changes.on(['history', 'outbox'], () => {
      if (!isOver() && composer.element.isConnected) return;
      off();
      resolve(undefined);
    });
  });
}

async function remove(chat, room, message) {
  const isMine = message.user_id === chat.me.id;
  const mayForAll = room.role && !room.archived && (isMine ? room.may('send') : room.may('manage'));
  const scope = await chooseScope(mayForAll, message);
  if (!scope) return;
  try {
    await chat.messages.remove(room, message, scope);
  } catch (error) {
    toast(errorText(error));
  }
}

function isTouch() {
  return matchMedia('(pointer: coarse)').matches;
}

async function copyText(text) {
  if (!navigator.clipboard) throw new Error('no clipboard');
  await navigator.clipboard.writeText(text);
}

/** For whom a message is to be deleted: `all`, `self`, or nothing. */
async function chooseScope(mayForAll, message) {
  if (!mayForAll) return (await confirmDialog(t('deleteForMeHint'), t('deleteForMe'))) ? 'self' : null;
  return new Promise((resolve) => {
    let scope = null;
    const choose = (value) => () => { scope = value; dialog.close(); };
    const dialog = openDialog({ title: t('deleteQuestion'), className: 'is-small' },
      h('blockquote.dialog-quote', { dir: 'auto' }, oneLine(message.text)),
      h('footer.dialog-footer', {},
        h('button.button', { type: 'button', onclick: choose('self') }, t('deleteForMe')),
        h('button.button.is-danger', { type: 'button', onclick: choose('all') }, t('deleteForAll'))));
    dialog.addEventListener('close', () => resolve(scope));
  });
}
