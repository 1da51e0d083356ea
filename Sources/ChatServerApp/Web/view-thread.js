// A thread: what answers a message, beside its room.

import { h, iconButton } from './dom.js';
import { t } from './texts.js';
import { Composer } from './view-composer.js';
import { MessagesView } from './view-messages.js';

/** The panel of the thread that is open in a room, shown beside it by `beside`. */
export function threadPanel(chat, room, beside) {
  const { thread } = room;
  let composer = null;
  const view = new MessagesView(chat, room, { thread, actions: beside.actions(() => composer), label: t('thread') });
  composer = new Composer(chat, room, {
    thread: thread.seq, onSent: () => view.scrollToEnd(), onUp: () => beside.editLast(view, composer) });
  const foot = chat.may('send', room) ? composer.element : null;
  return {
    kind: 'thread',
    element: h('aside.panel', { 'aria-label': t('thread') },
      h('header.panel-head', {}, h('h2', {}, t('thread')), iconButton('close', t('close'), () => { beside.closePanel(); beside.focusComposer(); })),
      h('div.room-body', {}, view.scroller), h('div.room-foot', {}, foot)),
    render: () => view.render(),
    renderMessages: () => view.render(),
    focus: () => { if (foot) composer.focus(); },
    stop: () => { composer.stop(); view.stop(); },
  };
}
