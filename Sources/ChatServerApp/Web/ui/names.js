// What people and rooms are called, and how they look where there is no picture.

import { bdi, h } from './dom.js';
import { oneLine } from './markup.js';
import { t } from './texts.js';

/** @typedef {import('../model/chat.js').Chat} Chat */

/**
 * What somebody is called; whoever is not known is looked up.
 * @param {Chat} chat @param {string} id
 */
export function nameOf(chat, id) {
  const user = chat.people.get(id);
  if (user?.deleted) return t('deletedUser');
  return user ? userName(user) : '…';
}

/** @param {import('../model/types.js').User} user */
export function userName(user) {
  return user.display_name || user.username || '';
}

/** @param {Chat} chat @param {import('../model/room-state.js').RoomState} room */
export function titleOf(chat, room) {
  return room.kind === 'direct' && room.peer ? nameOf(chat, room.peer) : room.name || '…';
}

/**
 * A room's avatar.
 * @param {Chat} chat @param {import('../model/room-state.js').RoomState} room @param {{ size?: string }} [options]
 */
export function roomAvatar(chat, room, options = {}) {
  return avatar(titleOf(chat, room), room.peer ?? room.id, { isRoom: room.kind !== 'direct', ...options });
}

/**
 * Online, away, last seen…
 * @param {import('../model/types.js').Presence} presence
 */
export function presenceText({ state, status_text: status, last_seen: seen }) {
  const text = { online: t('online'), away: t('away'), dnd: t('dnd'), offline: '' }[state]
    || (seen && state === 'offline' ? t('lastSeen', { at: seen }) : t('offline'));
  return status ? `${text} · ${oneLine(status, 80)}` : text;
}

/**
 * A dot for who is there.
 * @param {string} state
 */
export function presenceDot(state) {
  return state && state !== 'offline' ? h(`span.dot.is-${state}`, { role: 'img', 'aria-label': t(state) }) : null;
}

/**
 * A name in bold, whatever its direction.
 * @param {string} name
 */
export function strongName(name) {
  return h('strong', {}, bdi(name));
}

/** Initials on a colour of their own; `id` decides the colour, so that it is the same everywhere. */
export function avatar(name, id, { isRoom = false, size = '' } = {}) {
  const made = h(`span.avatar${isRoom ? '.is-room' : ''}${size && `.${size}`}`, { 'aria-hidden': 'true' }, initials(name));
  made.style.setProperty('--hue', String(hueOf(id)));
  return made;
}

/** One letter or two, whole characters of any script. */
export function initials(name) {
  const words = name.split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, '')).filter((word) => word !== '');
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toLocaleUpperCase()).join('') || '?';
}

/** An angle of the colour wheel that is always the same for the same key (FNV-1a). */
export function hueOf(key) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  }
  return (hash % 24) * 15;
}

