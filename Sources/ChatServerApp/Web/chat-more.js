// What the page asks for when somebody wants to see more: a thread, who was banned.

import { path } from './chat-client.js';
import { Timeline } from './timeline.js';

const BAN_PAGE = 300;
const BAN_PAGES_MAX = 10;
const THREAD_PAGES_MAX = 8;

/**
 * Who was banned, by what has happened in the room lately, as the server keeps no list to read: at most so many
 * pages of events back.
 */
export async function loadBanned(chat, room) {
  const banned = new Set();
  for (let page = 1; page <= BAN_PAGES_MAX; page += 1) {
    const after = Math.max(0, (room.offset ?? 0) - page * BAN_PAGE);
    const { events } = await chat.rest.get(`${path`/rooms/${room.id}/events`}?after=${after}&limit=${BAN_PAGE}`);
    for (const { event, user_id: user } of events) if (event === 'member.banned') banned.add(user);
    if (after === 0) break;
  }
  return [...banned].filter((id) => !room.members?.has(id) && !room.unbanned?.has(id));
}

export async function unban(chat, room, userId) {
  await chat.rest.delete(path`/rooms/${room.id}/bans/${userId}`);
  room.unbanned ??= new Set();
  room.unbanned.add(userId);
}

export async function ban(chat, room, userId) {
  await chat.rest.put(path`/rooms/${room.id}/bans/${userId}`);
  room.unbanned?.delete(userId);
}

/** Opens a thread beside its room: the message it is about, and the answers, as far as a few pages bring them. */
export async function openThread(chat, room, seq) {
  const thread = { seq, root: new Timeline(), timeline: new Timeline() };
  room.thread = thread;
  thread.timeline.asking();
  const root = await chat.message(room, seq);
  thread.root.replace(root ? [root] : [], { isAtStart: true, isAtEnd: false });
  const found = [];
  let after = seq;
  for (let pages = 0; pages < THREAD_PAGES_MAX; pages += 1) {
    const { messages, has_more: more } = await chat.rest.get(
      `${path`/rooms/${room.id}/messages`}?after=${after}&limit=300&thread=${seq}`);
    found.push(...messages.filter((message) => message.thread === seq));
    if (!more || messages.length === 0) break;
    after = messages.at(-1).seq;
  }
  thread.timeline.replace(found, { isAtStart: true, isAtEnd: true });
  chat.emit('messages', room.id);
}
