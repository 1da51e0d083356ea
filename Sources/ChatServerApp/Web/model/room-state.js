// A room as the server has it, and the piece of its history that is here. What is on the screen is in room-session.js.

import { Timeline } from './timeline.js';

/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Member} Member
 * @typedef {import('./types.js').Counts} Counts
 * @typedef {'send' | 'react' | 'invite' | 'manage' | 'own'} Action
 */

export class RoomState {
  kind = /** @type {'direct' | 'group' | 'channel'} */ ('group');
  name = '';
  visibility = /** @type {'public' | 'private'} */ ('private');
  archived = false;
  /** Null where one is no member. */
  role = /** @type {import('./types.js').Role | null} */ (null);
  /** Until when one may not write. */
  mutedUntil = '';
  epoch = '';
  offset = 0;
  seq = 0;
  created_at = '';
  active_at = '';
  /** The other one of a direct room. */
  peer = /** @type {string | null} */ (null);
  last = /** @type {Message | null} */ (null);
  /** Its place among the rooms: the higher, the later something came in it. */
  rank = 0;
  unread = 0;
  mentions = 0;
  /** One's own marker. */
  read = 0;
  memberCount = 1;
  /** By id, once they have been asked for. */
  members = /** @type {Map<string, Member> | null} */ (null);
  membersReadAt = 0;
  typists = /** @type {string[]} */ ([]);
  timeline = new Timeline();

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  /**
   * Takes in what the server says of the room.
   * @param {any} room as it is in the API
   */
  take(room) {
    const { members, last_message: last, peer, ...fields } = room;
    // Counts that are older than what has come meanwhile are no news.
    if (this.isNewerThan(fields)) for (const name of ['seq', 'offset', 'unread', 'mentions', 'read']) delete fields[name];
    for (const [name, value] of Object.entries(fields)) {
      if (name in this && name !== 'timeline' && name !== 'typists') /** @type {any} */ (this)[name] = value;
    }
    if (!('role' in room)) this.role = null;
    if (typeof members === 'number') this.memberCount = members;
    if (last && (!this.last || last.seq >= this.last.seq)) this.last = last;
    if (peer) this.peer = peer.id;
  }

  /**
   * Whether more has come meanwhile than the server knew when it said so.
   * @param {{ seq?: number, read?: number }} said
   */
  isNewerThan({ seq = 0, read = 0 }) {
    return seq < this.seq || read < this.read;
  }

  /**
   * Takes in who is there.
   * @param {Member[]} members @param {string} me
   */
  takeMembers(members, me) {
    this.members = new Map(members.map((member) => [member.user_id, member]));
    this.mutedUntil = this.members.get(me)?.muted_until ?? '';
  }

  /** @param {Counts} counts */
  count({ unread, mentions, read }) {
    Object.assign(this, { unread, mentions, read });
  }

  get position() {
    return { epoch: this.epoch, offset: this.offset };
  }

  /** When something last happened, as the row shows it. */
  get activity() {
    return this.last?.ts ?? (this.active_at || this.created_at);
  }

  isMuted(now = Date.now()) {
    return this.role !== 'owner' && this.mutedUntil !== '' && Date.parse(this.mutedUntil) > now;
  }

  /**
   * Whether one may do something here, as the protocol's table of roles has it.
   * @param {Action} action
   */
  may(action) {
    const isLeading = this.role === 'owner' || this.role === 'admin';
    const isOpen = !this.archived && this.role !== null;
    switch (action) {
      case 'send': return isOpen && this.role !== 'reader' && !this.isMuted();
      case 'react': return isOpen;
      case 'invite': return this.kind !== 'direct' && isOpen && (isLeading || (this.kind === 'group' && this.role === 'member'));
      case 'manage': return this.kind !== 'direct' && isLeading;
      case 'own': return this.kind !== 'direct' && this.role === 'owner';
      default: return false;
    }
  }
}
