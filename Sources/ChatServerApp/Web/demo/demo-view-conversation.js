// The open conversation: its heading, its messages, who types, and the composer.

import { setText } from '../ui/dom.js';
import { avatar } from '../ui/names.js';
import { t } from '../ui/texts.js';
import { otherUser, roomSubtitle, roomTitle, typingText } from './demo-rooms.js';
import { Composer } from './demo-view-composer.js';
import { MessagesView } from './demo-view-messages.js';

export class ConversationView {
  #chat = null;
  #room = null;
  #shownAvatar = '';
  #shownTypist = null;
  #root = document.getElementById('conversation');
  #title = document.getElementById('conversation-title');
  #subtitle = document.getElementById('conversation-subtitle');
  #avatar = document.getElementById('conversation-avatar');
  #typing = document.getElementById('typing');
  #typingAvatar = document.getElementById('typing-avatar');
  #messages = new MessagesView();
  #composer = new Composer({
    onSend: (text) => {
      this.#messages.followEnd();
      this.#chat.send(this.#room.id, text);
    },
    onTyped: () => this.#chat.typed(this.#room.id),
    onStopped: () => this.#chat?.stoppedTyping(),
  });

  constructor(onBack) {
    document.getElementById('back').addEventListener('click', onBack);
    this.#messages.onRead = () => this.#markRead();
    addEventListener('focus', () => this.#markRead());
  }

  /** Shows a room, or brings what is shown up to date; null for none. */
  show(chat, room) {
    const isOther = this.#room?.id !== room?.id || this.#chat !== chat;
    this.#chat = chat;
    this.#room = room;
    this.#root.hidden = room === null;
    if (isOther) this.#composer.open(room?.id ?? null);
    if (chat === null) this.#composer.reset();
    if (room === null) {
      this.#messages.clear();
      return;
    }
    this.#renderHeading();
    this.#renderTyping();
    this.#messages.render(chat, room);
    this.#markRead();
  }

  /** Puts the focus where somebody goes on: into the text; with a touch screen that would open the keyboard. */
  focus() {
    if (matchMedia('(pointer: coarse)').matches) this.#title.focus({ preventScroll: true });
    else this.#composer.focus();
  }

  #markRead() {
    if (!this.#room || !this.#messages.isAtEnd || document.visibilityState !== 'visible') return;
    this.#chat.markRead(this.#room.id);
  }

  #renderHeading() {
    const title = roomTitle(this.#room, this.#chat);
    const other = otherUser(this.#room, this.#chat);
    setText(this.#title, title);
    setText(this.#subtitle, roomSubtitle(this.#room, this.#chat));
    this.#subtitle.classList.toggle('is-typing', typingText(this.#room, this.#chat) !== '');
    this.#composer.setLabel(t(other ? 'demoMessage' : 'demoMessageTo', { name: title }));
    this.#avatar.className = other && this.#chat.isOnline(other.id) ? 'room-avatar online' : 'room-avatar';
    const shown = `${this.#room.id} ${title}`;
    if (shown === this.#shownAvatar) return;
    this.#shownAvatar = shown;
    this.#avatar.replaceChildren(avatar(title, other?.id ?? this.#room.id, { isRoom: !other }));
  }

  #renderTyping() {
    const [typist = null] = this.#chat.typists.in(this.#room.id);
    this.#typing.hidden = typist === null;
    if (typist === null || typist === this.#shownTypist) return;
    this.#shownTypist = typist;
    this.#typingAvatar.replaceChildren(avatar(this.#chat.userName(typist), typist, { size: 'is-small' }));
  }
}
