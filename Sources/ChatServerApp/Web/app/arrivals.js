// What is told of new messages to those who do not look: announced for screen readers, and notified where that is wanted.

import { preference } from '../model/storage.js';
import { h } from '../ui/dom.js';
import { oneLine } from '../ui/markup.js';
import { nameOf, titleOf } from '../ui/names.js';
import { t } from '../ui/texts.js';

/** Of what was announced, so much stays to be read again. */
const ANNOUNCED_MAX = 3;

export class Arrivals {
  #chat;
  #showRoom;
  #announcer = document.getElementById('announcer');

  /** @param {import('../model/chat.js').Chat} chat @param {(id: string) => void} showRoom */
  constructor(chat, showRoom) {
    this.#chat = chat;
    this.#showRoom = showRoom;
    chat.onarrival = (room, message) => this.#arrived(room, message);
  }

  async #arrived(room, message) {
    const chat = this.#chat;
    const isLooking = document.visibilityState === 'visible' && document.hasFocus();
    if (room.id === chat.sessions.openId && !isLooking) chat.sessions.markNew(room, message.seq);
    // Whoever has never written to one before has no name yet.
    await chat.people.know(message.user_id);
    const name = nameOf(chat, message.user_id);
    const title = titleOf(chat, room);
    const isOpen = room.id === chat.sessions.openId && document.visibilityState === 'visible';
    this.#announce(isOpen ? `${name}: ${oneLine(message.text)}` : t('arrivedIn', { name, room: title }));
    if (isOpen && document.hasFocus()) return;
    if (this.#isWanted(room, message)) this.#notify(room, room.kind === 'direct' ? name : `${name} · ${title}`, oneLine(message.text));
  }

  /** Each in an element of its own: a screen reader says what is added, also where it is the same again. */
  #announce(text) {
    this.#announcer?.append(h('p', {}, text));
    while ((this.#announcer?.children.length ?? 0) > ANNOUNCED_MAX) this.#announcer?.firstElementChild?.remove();
  }

  #isWanted(room, message) {
    const { me, presence } = this.#chat;
    if (preference('notify', 'off') !== 'on' || globalThis.Notification?.permission !== 'granted') return false;
    if (presence.choice === 'dnd' || presence.own.state === 'dnd') return false;
    return preference('notifyMentions', 'off') !== 'on' || room.kind === 'direct' || message.mentions?.includes(me.id) === true;
  }

  #notify(room, title, body) {
    const notification = new Notification(title, { body, tag: room.id, icon: '/assets/icon.svg' });
    notification.onclick = () => {
      focus();
      this.#showRoom(room.id);
      notification.close();
    };
  }
}
