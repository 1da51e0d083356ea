// How the page talks to the server: the chat-app dialect behind a small interface.
//
// Nothing else in the page knows paths, frames or field names. Another protocol is another class with these methods
// and events, and the same three shapes:
//
//   User     { id, name, phone }
//   Room     { id, name, memberIds, lastText, createdAt }
//   Message  { id, userId, text, at }
//
// Times are milliseconds since 1970. Events (all CustomEvents):
//
//   connection  { state, retryAt }         see ReconnectingSocket
//   text        { roomId, userId, text }   somebody wrote, or this user did elsewhere
//   typing      { roomId, userId, isTyping }
//   presence    { roomId, userId, isOnline }

import { ApiError, request } from './demo-api.js';
import { ReconnectingSocket, socketURL } from './demo-socket.js';

export class ChatAppTransport extends EventTarget {
  #socket = new ReconnectingSocket(socketURL('/ws'));
  #userId = '';
  #firstRoomId = () => '';

  constructor() {
    super();
    this.#socket.addEventListener('state', () => this.#stateChanged());
    this.#socket.addEventListener('message', (event) => this.#received(event.detail));
  }

  async signUp(name, phone) {
    return userFrom((await request('POST', '/users/create', { username: name, phone })).body);
  }

  async signIn(phone) {
    return userFrom((await request('GET', `/users/phone/${encodeURIComponent(phone)}`)).body);
  }

  async user(id) {
    return userFrom((await request('GET', `/users/${encodeURIComponent(id)}`)).body);
  }

  async users() {
    return (await request('GET', '/users')).body.map(userFrom);
  }

  /** The rooms of `userId`, and everybody in them: `{ rooms, users }`. */
  async rooms(userId) {
    // The dialect lists the rooms of all, and says 404 where there are none.
    const all = await unlessMissing(request('GET', '/rooms'), []);
    const mine = all.body.map(roomFrom).filter(({ room }) => room.memberIds.includes(userId));
    return { rooms: mine.map(({ room }) => room), users: mine.flatMap(({ users }) => users) };
  }

  async createRoom(name, memberIds) {
    const answer = await request('POST', '/rooms', { name, participant_ids: memberIds });
    return roomFrom(answer.body);
  }

  /** All messages of a room, oldest first, and the server's clock: `{ messages, serverTimeMs }`. */
  async history(roomId) {
    const answer = await unlessMissing(request('GET', `/conversations/${encodeURIComponent(roomId)}`), []);
    return { messages: answer.body.map(messageFrom), serverTimeMs: answer.serverTimeMs };
  }

  /** Connects, and stays connected, as `userId`; `firstRoomId()` names one of the user's rooms, or is empty. */
  connect(userId, firstRoomId) {
    this.#userId = userId;
    this.#firstRoomId = firstRoomId;
    this.#socket.open();
  }

  disconnect() {
    this.#socket.close();
    this.#userId = '';
  }

  retryNow() {
    this.#socket.retryNow();
  }

  /** Whether the text was handed to the connection. There is no acknowledgement: only the history tells. */
  sendText(roomId, text) {
    return this.#send('TEXT', roomId, text);
  }

  sendTyping(roomId, isTyping) {
    return this.#send('TYPING', roomId, isTyping ? 'IN' : 'OUT');
  }

  /** Tells a room's people that this user is there. Somebody who did not know the room learns of it so. */
  sendPresence(roomId) {
    return this.#send('STATUS', roomId, 'ONLINE');
  }

  #send(type, roomId, value) {
    const frame = { chat_type: type, value: [value], room_id: roomId, user_id: this.#userId, id: 0 };
    return this.#socket.send(JSON.stringify(frame));
  }

  #stateChanged() {
    const { state, retryAt } = this.#socket;
    // The server knows whose socket it is by the first frame.
    if (state === 'open') this.sendPresence(this.#firstRoomId());
    this.#emit('connection', { state, retryAt });
  }

  #received(data) {
    const frame = parseFrame(data);
    if (!frame) return;
    const { type, value, roomId, userId } = frame;
    if (type === 'TEXT') {
      this.#emit('text', { roomId, userId, text: value });
    } else if (type === 'TYPING') {
      this.#emit('typing', { roomId, userId, isTyping: value === 'IN' });
    } else if (type === 'STATUS') {
      this.#emit('presence', { roomId, userId, isOnline: value === 'ONLINE' });
    }
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** A frame's fields, or null for what is none, and for CONNECT and DISCONNECT, which name no user. */
function parseFrame(data) {
  if (typeof data !== 'string') return null;
  let frame;
  try {
    frame = JSON.parse(data);
  } catch {
    return null;
  }
  const { chat_type: type, value, room_id: roomId, user_id: userId } = frame ?? {};
  if (typeof roomId !== 'string' || typeof userId !== 'string' || !Array.isArray(value)) return null;
  return { type, value: value.join(''), roomId, userId };
}

async function unlessMissing(answer, body) {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { body, serverTimeMs: NaN };
    throw error;
  }
}

function userFrom({ id, username, phone }) {
  return { id, name: username, phone };
}

function roomFrom({ room, users }) {
  return {
    room: {
      id: room.id,
      name: room.name,
      memberIds: room.participant_ids.split(',').map((id) => id.trim()).filter((id) => id !== ''),
      lastText: room.last_message ?? '',
      createdAt: timeFrom(room.created_at),
    },
    users: users.map(userFrom),
  };
}

function messageFrom({ id, user_id: userId, content, created_at: createdAt }) {
  return { id, userId, text: content, at: timeFrom(createdAt) };
}

/** The dialect's times are UTC, and may come without saying so. */
function timeFrom(text) {
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  return Date.parse(hasZone ? text : `${text.replace(' ', 'T')}Z`) || 0;
}
