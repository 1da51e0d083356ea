// A thread: what answers a message, beside its room.

import { h, iconButton } from '../../ui/dom.js';
import { t } from '../../ui/texts.js';
import { Composer } from '../composer/composer.js';
import { MessageList } from '../messages/message-list.js';

/**
 * The panel of the thread that is open in a room.
 * @param {{ chat: import('../../model/chat.js').Chat, room: import('../../model/room-state.js').RoomState, late: any,
 *   actions: (composerOf: () => any) => any, editLast: (list: any, composer: any) => void, close: () => void }} beside
 */
export function threadPanel({ chat, room, late, actions, editLast, close }) {
  const { thread } = chat.sessions.of(room.id);
  const list = new MessageList(chat, room, { thread, actions: actions(() => composer), label: t('thread'), late });
  const composer = new Composer(chat, room, {
    thread: thread?.seq, late, onSent: () => list.scrollToEnd(), onUp: () => editLast(list, composer) });
  const closeButton = iconButton('close', t('close'), close);
  const foot = room.may('send') ? composer.element : null;
  return {
    kind: 'thread',
    seq: thread?.seq,
    element: h('aside.panel', { 'aria-label': t('thread') },
      h('header.panel-head', {}, h('h2', {}, t('thread')), closeButton),
      h('div.room-body', {}, list.scroller), h('div.room-foot', {}, foot)),
    render: () => list.render(),
    // On a touch screen the keyboard would take the place of what one wants to read.
    focus: () => { if (foot && matchMedia('(pointer: fine)').matches) composer.focus(); else closeButton.focus(); },
    stop: () => { composer.stop(); list.stop(); },
  };
}
