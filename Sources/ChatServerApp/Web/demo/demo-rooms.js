// What a room is called, and who is in it.

import { listOf } from '../ui/format.js';
import { t } from '../ui/texts.js';

const NAME_PART_MAX = 30;

/** The name that a new room of two people gets. The page shows each of them the other's name instead. */
function directRoomName(a, b) {
  return `${a.slice(0, NAME_PART_MAX)} & ${b.slice(0, NAME_PART_MAX)}`;
}

/** Whether a room is a conversation of two: two people, and named after them rather than after a subject. */
function isDirect(room, users) {
  if (room.memberIds.length !== 2) return false;
  const [a, b] = room.memberIds.map((id) => users.get(id)?.name ?? '');
  return ['', a, b, directRoomName(a, b), directRoomName(b, a)].includes(room.name);
}

/** The other person of a direct room, or null for a group. */
export function otherUser(room, chat) {
  if (!isDirect(room, chat.users)) return null;
  return chat.users.get(room.memberIds.find((id) => id !== chat.me.id)) ?? null;
}

export function roomTitle(room, chat) {
  return otherUser(room, chat)?.name ?? room.name;
}

/** "Ada is typing…", "Ada and Ben are typing…", or an empty string. */
export function typingText(room, chat) {
  const names = chat.typists.in(room.id).map((id) => chat.userName(id));
  if (names.length === 0) return '';
  if (names.length === 1) return t('typing', { names: names[0], count: 1 });
  if (names.length === 2) return t('typing', { names: listOf(names), count: 2 });
  return t('manyTyping');
}

/** The line under a room's title. */
export function roomSubtitle(room, chat) {
  const typing = typingText(room, chat);
  if (typing) return typing;
  const other = otherUser(room, chat);
  if (other) return chat.isOnline(other.id) ? t('online') : t('offline');
  const names = room.memberIds.map((id) => (id === chat.me.id ? t('you') : chat.userName(id)));
  const onlineCount = room.memberIds.filter((id) => id !== chat.me.id && chat.isOnline(id)).length;
  return names.join(', ') + (onlineCount > 0 ? ` · ${t('onlineCount', { count: onlineCount })}` : '');
}

/** The id of the room with one other person: the one that is there, or a new one. */
export async function openDirect(chat, user) {
  const existing = chat.roomsByActivity.find((room) => isDirect(room, chat.users) && room.memberIds.includes(user.id));
  return existing?.id ?? chat.createRoom(directRoomName(chat.me.name, user.name), [user.id]);
}
