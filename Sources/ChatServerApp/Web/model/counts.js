// What is unread, as the server counts it: messages of others, not deleted, above one's own marker. Whatever one thing
// adds, its inverse takes away. No network, no document.

/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Counts} Counts
 */

/**
 * Whether a message is one of those that count.
 * @param {Message} message @param {string} me
 */
function isCounted(message, me) {
  return message.user_id !== me && !message.deleted;
}

/**
 * `sign` is 1 for a message that comes, and -1 for one that goes: deleted, hidden, or read.
 * @param {Counts} counts @param {Message} message @param {string} me @param {1 | -1} sign
 * @returns {Counts}
 */
export function counted(counts, message, me, sign) {
  if (message.seq <= counts.read || !isCounted(message, me)) return counts;
  const mentions = message.mentions?.includes(me) ? sign : 0;
  return { read: counts.read, unread: Math.max(0, counts.unread + sign), mentions: Math.max(0, counts.mentions + mentions) };
}

/**
 * The counts once everything up to `seq` is read; null where `timeline` does not have all that is read by that, so that
 * only the server knows.
 * @param {Counts} counts @param {number} seq @param {number} head the newest message's number
 * @param {import('./timeline.js').Timeline} timeline @param {string} me
 * @returns {Counts | null}
 */
export function countsAfterReading(counts, seq, head, timeline, me) {
  if (seq >= head) return { read: seq, unread: 0, mentions: 0 };
  const first = timeline.first?.seq ?? Infinity;
  const last = timeline.last?.seq ?? 0;
  if (!(first <= counts.read + 1 || timeline.isAtStart) || last < seq) return null;
  let left = counts;
  for (const message of timeline.messages) {
    if (message.seq > counts.read && message.seq <= seq) left = counted(left, message, me, -1);
  }
  return { ...left, read: seq };
}
