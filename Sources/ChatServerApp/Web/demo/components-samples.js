// What the page of components shows: a chat that is connected to nothing, with people, rooms and messages.

import { Chat } from '../model/chat.js';
import { RoomState } from '../model/room-state.js';

const NOTHING = new Promise(() => {});
const AT = Date.UTC(2026, 4, 15, 9, 41);
const PEOPLE = /** @type {const} */ ([['me', 'Mara Lindqvist', 'online'], ['2', 'Tomás Rivera', 'online'], ['3', 'Priya Nair', 'away'],
  ['4', 'Jonas Weber', 'dnd'], ['5', 'Aiko Tanaka', 'offline'], ['6', 'A rather long name that does not fit in any of the lines', 'offline']]);

export function sampleChat() {
  const rest = { get: () => NOTHING, post: () => NOTHING, put: () => NOTHING, patch: () => NOTHING, delete: () => NOTHING };
  const users = PEOPLE.map(([id, name]) => ({ id, username: name.split(' ')[0].normalize('NFD').replace(/\P{ASCII}/gu, '').toLowerCase(), display_name: name }));
  const chat = new Chat(/** @type {any} */ (rest), users[0]);
  for (const user of users) chat.people.take(user);
  chat.client.dispatchEvent(new CustomEvent('presence.state', {
    detail: { users: Object.fromEntries(PEOPLE.map(([id, , state]) => [id, { state, last_seen: new Date(AT).toISOString() }])) } }));
  return chat;
}

/** @param {string} id @param {Partial<RoomState>} fields */
export function sampleRoom(id, fields) {
  return Object.assign(new RoomState(id), { kind: 'group', name: 'Weekend hike', role: 'member', seq: 40, read: 40, created_at: new Date(AT).toISOString(),
    last: sampleMessage({ text: 'The 8:12 train gets us there **before nine**.' }) }, fields);
}

let seq = 0;

export function sampleMessage(fields) {
  seq += 1;
  return { room: '1', seq, user_id: '2', text: 'The 8:12 train gets us there before nine.', ts: new Date(AT).toISOString(), version: 1, reactions: {}, ...fields };
}

/** A message as a list has it. @returns {import('../features/messages/message-row.js').Item} */
export function sampleItem(fields, item = {}) {
  const message = sampleMessage(fields);
  return { key: String(message.seq), message, at: AT, isFirst: true, isLast: true, isMine: message.user_id === 'me', state: 'sent', quoted: null,
    answers: 0, ...item };
}

export const MARKUP = `**Bold**, _italic_, ~~struck~~, \`code\`, [a link](https://hikes.example/), https://hikes.example/ridge and @tomas @mara
> What somebody said
> on two lines
- one
- two
  - and below
1. first
2. second
\`\`\`js
const answer = 42;
\`\`\``;
