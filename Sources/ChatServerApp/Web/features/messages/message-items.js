// What a list of messages is to show, in its order: messages, those that wait to be sent, days, the line "new". No document.

import { dayName, dayOf } from '../../ui/format.js';
import { oneLine } from '../../ui/markup.js';
import { t } from '../../ui/texts.js';

/** Messages of one person within so long stand together. */
const GROUP_MS = 5 * 60_000;

/**
 * @typedef {{ key: string, kind: 'day' | 'new', text: string }} Separator
 * @typedef {import('./message-row.js').Item} Item
 */

/**
 * @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room
 * @param {import('../../model/room-session.js').Thread | null} thread
 * @returns {(Separator | Item)[]}
 */
export function itemsOf(chat, room, thread) {
  const { messages, isAtEnd } = thread ? thread.timeline : room.timeline;
  const root = thread?.root.first;
  const items = new Items(chat, room, thread, countAnswers(messages));
  if (root) {
    items.add(root);
    items.begin();
  }
  for (const message of messages) items.add(message);
  if (isAtEnd) {
    for (const entry of chat.outbox.in(room.id)) {
      if ((entry.thread ?? null) !== (thread?.seq ?? null) && (thread || !entry.thread)) continue;
      items.add({ ...entry, ts: entry.created_at, reactions: NOTHING, version: 1, pending: entry });
    }
  }
  return items.done();
}

const NOTHING = {};

let pattern = /** @type {RegExp | null} */ (null);

/** A link to a message of this server, as "Copy link" makes it. */
function permalink() {
  pattern ??= new RegExp(`${location.origin.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/#/r/(\\d+)/(\\d+)(?![\\w/])`, 'i');
  return pattern;
}

class Items {
  #chat;
  #room;
  #thread;
  #answers;
  #readBy;
  #firstUnread;
  #all = /** @type {any[]} */ ([]);
  #before = /** @type {{ user: string, at: number, day: number, seq: number } | null} */ (null);

  constructor(chat, room, thread, answers) {
    this.#chat = chat;
    this.#room = room;
    this.#thread = thread;
    this.#answers = answers;
    this.#readBy = readBy(room, chat.me.id);
    this.#firstUnread = thread ? 0 : chat.sessions.of(room.id).firstUnread;
  }

  /** What comes next stands apart from what was before. */
  begin() {
    this.#before = null;
  }

  add(message) {
    const before = this.#before;
    const at = Date.parse(message.ts);
    const day = dayOf(at);
    const isNewDay = !before || before.day !== day;
    if (isNewDay && !this.#thread) this.#all.push({ key: `day ${day}`, kind: 'day', text: dayName(at) });
    const isNew = this.#isFirstNew(message, before);
    if (isNew) this.#all.push({ key: 'new', kind: 'new', text: t('newMessages') });
    const isFirst = isNewDay || isNew || before.user !== message.user_id || at - before.at > GROUP_MS
      || Boolean(message.reply_to) || Boolean(message.thread && !this.#thread);
    const isMine = message.user_id === this.#chat.me.id;
    this.#all.push({
      key: `${message.user_id}/${message.client_msg_id ?? message.seq}`, message, at, isFirst, isLast: false, isMine,
      state: message.pending ? message.pending.state : message.seq <= this.#readBy ? 'read' : 'sent',
      quoted: message.reply_to ? this.#quote(message.reply_to) : null,
      answers: this.#answers.get(message.seq) ?? 0,
      linked: message.deleted ? null : this.#linked(message.text),
    });
    this.#before = { user: message.user_id, at, day, seq: message.seq ?? before?.seq ?? 0 };
  }

  /** The last of each group: whose successor begins another one, or is none. */
  done() {
    this.#all.forEach((item, index) => {
      const next = this.#all[index + 1];
      if (item.message) item.isLast = !next?.message || next.isFirst;
    });
    return this.#all;
  }

  #isFirstNew(message, before) {
    const first = this.#firstUnread;
    return first > 0 && message.seq >= first && (before?.seq ?? 0) < first && (before !== null || message.seq === first
      || this.#room.timeline.isAtStart);
  }

  /** The message of a room of one's own that a text has a link to; null: none. @param {string} text */
  #linked(text) {
    const [, id, seq] = permalink().exec(text) ?? [];
    const room = id && this.#chat.rooms.get(id);
    if (!room || !room.role) return null;
    const message = this.#chat.histories.quoted(room, Number(seq));
    return message && !message.deleted ? { room: id, seq: message.seq, user: message.user_id, text: oneLine(message.text) } : { room: id, seq: Number(seq), user: '', text: '' };
  }

  #quote(seq) {
    const message = this.#chat.histories.quoted(this.#room, seq);
    if (!message) return { seq, user: '', text: message === null ? t('messageGone') : '…' };
    return { seq, user: message.user_id, text: message.deleted ? t('messageDeleted') : oneLine(message.text) };
  }
}

function countAnswers(messages) {
  const counts = new Map();
  for (const { thread, deleted } of messages) {
    if (thread && !deleted) counts.set(thread, (counts.get(thread) ?? 0) + 1);
  }
  return counts;
}

/** How far somebody else has read. */
function readBy(room, me) {
  let seq = 0;
  for (const { user_id: user, read } of room.members?.values() ?? []) if (user !== me && read > seq) seq = read;
  return seq;
}
