// The signed-in page: its parts, which of them has the focus, and the keys that work everywhere.

import { setText } from '../ui/dom.js';
import { avatar } from '../ui/names.js';
import { t } from '../ui/texts.js';
import { BannerView } from './demo-view-banner.js';
import { ConversationView } from './demo-view-conversation.js';
import { NewChatDialog } from './demo-view-newchat.js';
import { RoomsView } from './demo-view-rooms.js';
import { roomTitle } from './demo-rooms.js';

export class ChatView {
  #router;
  #chat = null;
  #root = document.getElementById('chat');
  #announcer = document.getElementById('announcer');
  #nothingOpen = document.getElementById('nothing-open');
  #banner = new BannerView();
  #rooms;
  #conversation;
  #newChat;

  constructor(router, onLogOut) {
    this.#router = router;
    this.#newChat = new NewChatDialog((roomId) => router.showRoom(roomId));
    this.#rooms = new RoomsView(() => this.#newChat.open(this.#chat));
    this.#conversation = new ConversationView(() => router.showList());
    router.addEventListener('change', () => this.#routed());
    document.getElementById('log-out').addEventListener('click', onLogOut);
    document.addEventListener('visibilitychange', () => this.#render());
    addEventListener('keydown', (event) => this.#keyDown(event));
  }

  show(chat) {
    this.#chat = chat;
    this.#root.hidden = false;
    chat.addEventListener('change', () => this.#render());
    chat.addEventListener('message', (event) => this.#announce(event.detail));
    document.getElementById('me-avatar').replaceChildren(avatar(chat.me.name, chat.me.id));
    this.#routed();
  }

  hide() {
    this.#chat = null;
    this.#root.hidden = true;
    this.#newChat.close();
    this.#conversation.show(null, null);
    this.#rooms.reset();
    this.#banner.reset();
    this.#announcer.textContent = '';
  }

  #routed() {
    const chat = this.#chat;
    if (!chat) return;
    const previous = chat.activeRoomId;
    chat.activate(this.#router.roomId);
    this.#render();
    if (chat.activeRoomId !== null) this.#conversation.focus();
    else if (previous !== null) this.#rooms.focus(previous);
  }

  #render() {
    const chat = this.#chat;
    if (!chat) return;
    const room = chat.rooms.get(chat.activeRoomId) ?? null;
    if (!room && chat.activeRoomId !== null && chat.areRoomsLoaded) this.#router.showList();
    this.#root.classList.toggle('has-open-room', room !== null);
    this.#nothingOpen.hidden = room !== null;
    setText(document.getElementById('me-name'), chat.me.name);
    setText(document.getElementById('me-phone'), chat.me.phone ?? '');
    this.#conversation.show(chat, room);
    this.#rooms.render(chat);
    this.#banner.render(chat);
    this.#setTitle(room);
  }

  #setTitle(room) {
    const unread = [...this.#chat.rooms.keys()].reduce((sum, id) => sum + this.#chat.unreadCount(id), 0);
    const title = room ? `${roomTitle(room, this.#chat)} – ${t('demoTitle')}` : t('demoTitle');
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
  }

  /** Says a new message for those who do not see it come. */
  #announce({ roomId, userId, text }) {
    const chat = this.#chat;
    const room = chat?.rooms.get(roomId);
    if (!room) return;
    const name = chat.userName(userId);
    const line = document.createElement('p');
    line.textContent = roomId === chat.activeRoomId
      ? `${name}: ${text}`
      : t('demoArrived', { name, room: roomTitle(room, chat) });
    this.#announcer.append(line);
    while (this.#announcer.childElementCount > 5) this.#announcer.firstElementChild.remove();
  }

  #keyDown(event) {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (!this.#chat || this.#newChat.isOpen) return;
    if (this.#rooms.clearSearch()) return;
    this.#router.showList();
  }
}
