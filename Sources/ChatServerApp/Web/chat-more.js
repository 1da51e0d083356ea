// What the page asks for when somebody wants to see more: a thread, who is banned.

import { path } from './chat-client.js';
import { Timeline } from './timeline.js';

const THREAD_PAGES_MAX = 8;

/** Who is banned, the first 1,000 of them. */
export async function loadBanned(chat, room) {
  const { bans } = await chat.rest.get(`${path`/rooms/${room.id}/bans`}?limit=1000`);
  return bans.map(({ user_id: user }) => user);
}

export async function unban(chat, room, userId) {
  await chat.rest.delete(path`/rooms/${room.id}/bans/${userId}`);
}

export async function ban(chat, room, userId) {
  await chat.rest.put(path`/rooms/${room.id}/bans/${userId}`);
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
