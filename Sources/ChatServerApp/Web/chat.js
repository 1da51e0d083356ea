// What the page knows: who one is, the rooms, people, presence, who types, and the piece of history on the screen.
// It turns the protocol's events into changes of these, and says which (`on`); views read, and never change.

import { ChatClient, Outbox, path } from './chat-client.js';
import { t } from './texts.js';
import { deviceId, Drafts, outboxStorage, Reads } from './storage.js';
import { Timeline } from './timeline.js';

const PAGE = 30;
const FIRST_PAGE = 30;
const SUBSCRIBED_MAX = 120;
const WATCHED_MAX = 200;
const LOOKUPS_MAX = 6;
const MEMBERS_MAX = 3_000;
const NAMES_MAX = 200;
const UNREAD_AGAIN_MS = 500;
const FRESH_MS = 1_000;

/**
 * A room as the page holds it: the server's fields, and
 * `last` (message), `unread`, `mentions`, `read` (one's own marker), `typists`, `members` (by id, once asked for),
 * `peer` (a direct room's other user), `timeline`, `unreadFrom` (where the line "new" is; 0: nowhere).
 * @typedef {any} Room
 */

export class Chat {
  /** @type {Map<string, Room>} */
  rooms = new Map();
  users = new Map();
  presence = new Map();
  openRoomId = /** @type {string | null} */ (null);
  isReady = false;

  #listeners = new Map();
  #dirty = new Map();
  #lookups = new Set();
  #lookupQueue = [];
  #lookupsRunning = 0;
  #watchTimer = 0;
  #watched = '';
  #readTimer = 0;
  #said = new Map();
  #roomsReadAt = -Infinity;
  #left = new Set();
  /** The rank of the room in which something came last. */
  #lastRank = 0;

  constructor(rest, me) {
    this.rest = rest;
    this.me = me;
    this.users.set(me.id, me);
    this.client = new ChatClient({ url: location.origin, client: 'web/1.0', deviceId: deviceId() });
    this.outbox = new Outbox({ client: this.client, userId: me.id, storage: outboxStorage });
    this.drafts = new Drafts(me.id);
    this.reads = new Reads(me.id);
    this.outbox.addEventListener('change', ({ detail }) => this.emit('messages', detail.room));
    const { client } = this;
    client.addEventListener('event', ({ detail }) => this.#event(detail));
    client.addEventListener('reset', ({ detail }) => this.#reset(detail));
    client.addEventListener('welcome', () => this.#welcomed());
    client.addEventListener('state', ({ detail }) => this.emit('connection', detail));
    client.addEventListener('typing', ({ detail }) => this.#typing(detail));
    client.addEventListener('receipt', ({ detail }) => this.#receipt(detail));
    client.addEventListener('marker.updated', ({ detail }) => this.#marker(detail.room, detail.read));
    for (const name of ['presence.state', 'presence.diff']) {
      client.addEventListener(name, ({ detail }) => this.#presence(detail.users));
    }
  }

  /** Calls `listener(detail)` after each change of a kind, and answers what ends that. Changes of a turn are one. */
  on(kind, listener) {
    if (!this.#listeners.has(kind)) this.#listeners.set(kind, new Set());
    this.#listeners.get(kind).add(listener);
    return () => this.#listeners.get(kind).delete(listener);
  }

  /** Tells those who listen that something of a kind has changed. */
  emit(kind, detail = /** @type {any} */ (undefined)) {
    const key = `${kind} ${typeof detail === 'string' ? detail : ''}`;
    if (this.#dirty.size === 0) queueMicrotask(() => this.#flush());
    this.#dirty.set(key, [kind, detail]);
  }

  #flush() {
    const dirty = [...this.#dirty.values()];
    this.#dirty.clear();
    for (const [kind, detail] of dirty) {
      for (const listener of [...this.#listeners.get(kind) ?? []]) listener(detail);
    }
  }

  /** @param {Promise<any> | null} [rooms] the first page of them, where it has been asked for */
  async start(rooms) {
    await Promise.all([this.#loadRooms(rooms), this.drafts.restore()]);
    this.client.connect(this.#positions());
    this.outbox.restore();
  }

  /** Leaves without a trace in this browser. */
  async forget() {
    this.client.close();
    this.reads.clear();
    await Promise.all([this.outbox.clear(), this.drafts.clear()]);
  }

  // Rooms

  async #loadRooms(first = /** @type {Promise<any> | null} */ (null)) {
    // What is joined or left while the list is on its way is known better than the list knows it.
    const before = [...this.rooms.keys()];
    const known = new Set();
    const began = this.#lastRank;
    this.#left.clear();
    let isOld = false;
    let cursor = '';
    do {
      const answer = (cursor === '' && await first)
        || await this.rest.get(`/rooms?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      for (const room of answer.rooms) {
        known.add(room.id);
        if (this.#left.has(room.id)) continue;
        isOld ||= isOlder(room, this.rooms.get(room.id));
        const isNew = !this.rooms.has(room.id);
        const taken = this.#takeRoom(room);
        if (isNew) taken.rank = 0;
      }
      cursor = answer.next_cursor ?? '';
    } while (cursor);
    for (const id of before) {
      if (!known.has(id)) this.#forgetRoom(id);
    }
    // In the order of the list; above that, in which something was said meanwhile.
    const listed = [...known].reverse().flatMap((id) => this.rooms.get(id) ?? []);
    const moved = (room) => (room.rank > began ? room.rank : 0);
    for (const room of listed.sort((a, b) => moved(a) - moved(b))) room.rank = ++this.#lastRank;
    this.isReady = true;
    this.#roomsReadAt = performance.now();
    this.emit('rooms');
    if (isOld) this.#loadUnread();
    this.#watchSoon();
  }

  #positions() {
    const followed = this.sortedRooms().slice(0, SUBSCRIBED_MAX);
    return Object.fromEntries(followed.map(({ id, epoch, offset }) => [id, { epoch, offset }]));
  }

  /** Takes a server's room in, new or known. */
  #takeRoom(room) {
    const known = this.rooms.get(room.id);
    const taken = known ?? { typists: [], members: null, peer: null, timeline: new Timeline(), unreadFrom: 0,
      unread: 0, mentions: 0, read: 0, last: null, typingTimers: new Map(), busy: null,
      rank: ++this.#lastRank };
    const { members, last_message: last, peer, ...fields } = room;
    // Counts that are older than what has come meanwhile are no news.
    if (isOlder(fields, known)) for (const name of ['seq', 'offset', 'unread', 'mentions', 'read']) delete fields[name];
    Object.assign(taken, fields);
    if (typeof members === 'number') taken.memberCount = members;
    if (last && (!taken.last || last.seq >= taken.last.seq)) taken.last = last;
    if (peer) {
      taken.peer = peer.id;
      this.#takeUser(peer);
    }
    this.reads.stored(room.id, fields.read ?? 0);
    const seen = this.reads.get(room.id);
    if (seen > (taken.read ?? 0)) {
      taken.read = seen;
      taken.unread = Math.min(taken.unread ?? 0, Math.max((taken.seq ?? 0) - seen, 0));
      if (taken.unread === 0) taken.mentions = 0;
      this.#saySoon();
    }
    this.rooms.set(room.id, taken);
    this.emit('rooms');
    this.emit('room', room.id);
    return taken;
  }

  #forgetRoom(id) {
    this.client.unsubscribe(id);
    if (!this.rooms.delete(id)) return;
    this.emit('rooms');
    this.emit('room', id);
  }

  /** Newest activity first, by the order in which things came: clocks may be wrong. */
  sortedRooms() {
    return [...this.rooms.values()].sort((a, b) => b.rank - a.rank);
  }

  /** Reads the counts of all rooms. Answers whether these are the rooms that are known. */
  async #loadUnread() {
    const { rooms } = await this.rest.get('/unread').catch(() => ({ rooms: null }));
    if (!rooms) return false;
    let isOld = false;
    for (const [id, counts] of Object.entries(rooms)) {
      const room = this.rooms.get(id);
      if (room && (counts.seq ?? 0) < (room.seq ?? 0)) isOld = true;
      // What has been read here is still on its way there, or got lost.
      else if (room && (counts.read ?? 0) < (room.read ?? 0)) this.client.hint('receipt', { room: id, kind: 'read', seq: room.read });
      else if (room) Object.assign(room, { unread: counts.unread, mentions: counts.mentions ?? 0, read: counts.read });
    }
    if (isOld) setTimeout(() => this.#loadUnread(), UNREAD_AGAIN_MS);
    this.emit('rooms');
    return Object.keys(rooms).every((id) => this.rooms.has(id)) && [...this.rooms.keys()].every((id) => id in rooms);
  }

  titleOf(room) {
    return room.kind === 'direct' && room.peer ? this.nameOf(room.peer) : room.name || '…';
  }

  /** Whether one may do something there, as the protocol's table of roles has it. */
  may(action, room) {
    const isLeading = room.role === 'owner' || room.role === 'admin';
    switch (action) {
      case 'send': return !room.archived && Boolean(room.role) && room.role !== 'reader';
      case 'react': return !room.archived && Boolean(room.role);
      case 'invite': return room.kind !== 'direct' && !room.archived && (isLeading || (room.kind === 'group' && room.role === 'member'));
      case 'manage': return room.kind !== 'direct' && isLeading;
      case 'own': return room.kind !== 'direct' && room.role === 'owner';
      default: return false;
    }
  }

  async createRoom(fields) {
    const { room } = await this.rest.post('/rooms', fields);
    return this.#follow(room);
  }

  async openDirect(userId) {
    const { room } = await this.rest.put(path`/direct/${userId}`);
    return this.#follow(room);
  }

  async join(id, token) {
    const { room } = await this.rest.post(path`/rooms/${id}/join`, token ? { token } : {});
    return this.#follow(room);
  }

  #follow(room) {
    const taken = this.#takeRoom(room);
    this.client.subscribe(taken.id, taken.epoch === undefined ? undefined : { epoch: taken.epoch, offset: taken.offset });
    this.#watchSoon();
    return taken;
  }

  async loadMembers(id) {
    const members = [];
    let cursor = '';
    do {
      const answer = await this.rest.get(`${path`/rooms/${id}/members`}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
      members.push(...answer.members);
      cursor = answer.next_cursor ?? '';
    } while (cursor && members.length < MEMBERS_MAX);
    const room = this.rooms.get(id);
    if (!room) return;
    room.members = new Map(members.map((member) => [member.user_id, member]));
    room.membersReadAt = performance.now();
    room.memberCount = Math.max(members.length, cursor ? room.memberCount ?? 0 : 0);
    // Their names are wanted for mentions, and soon for the list.
    for (const { user_id: user } of members.slice(0, NAMES_MAX)) this.user(user);
    this.emit('room', id);
    this.emit('messages', id);
    this.#watchSoon();
  }

  // People

  /** What is known of somebody; what is not yet is looked up. */
  user(id) {
    const user = this.users.get(id);
    if (!user && !this.#lookups.has(id)) {
      this.#lookups.add(id);
      this.#lookupQueue.push(id);
      this.#lookUp();
    }
    return user;
  }

  nameOf(id) {
    const user = this.user(id);
    if (user?.deleted) return t('deletedUser');
    return user ? user.display_name || user.username || '' : '…';
  }

  /** Waits until it is known who somebody is, or that nobody knows. */
  async knowUser(id) {
    this.user(id);
    while (!this.users.has(id) && this.#lookups.has(id)) {
      await new Promise((resolve) => {
        const off = this.on('lookup', () => { off(); resolve(undefined); });
      });
    }
  }

  userIdOf(username) {
    const wanted = username.toLowerCase();
    for (const user of this.users.values()) if (user.username?.toLowerCase() === wanted) return user.id;
    return undefined;
  }

  #takeUser(user) {
    this.users.set(user.id, user);
    if (user.id === this.me.id) this.me = { ...this.me, ...user };
    this.emit('users');
  }

  async #lookUp() {
    if (this.#lookupsRunning >= LOOKUPS_MAX) return;
    const id = this.#lookupQueue.shift();
    if (!id) return;
    this.#lookupsRunning += 1;
    try {
      this.#takeUser((await this.rest.get(path`/users/${id}`)).user);
    } catch (error) {
      if (error.code === 'not_found') this.#takeUser({ id, username: '', display_name: '', deleted: true });
      else this.#lookups.delete(id);
    }
    this.emit('lookup');
    this.#lookupsRunning -= 1;
    this.#lookUp();
  }

  async searchPeople(query) {
    const { users } = await this.rest.get(`/users?query=${encodeURIComponent(query)}&limit=30`);
    for (const user of users) this.#takeUser(user);
    return users.filter(({ id }) => id !== this.me.id);
  }

  /** `settings` in it are those that are to change. */
  async updateMe(fields) {
    const { user } = await this.rest.patch('/users/me', fields);
    this.#takeUser(user);
  }

  // The connection

  async #welcomed() {
    this.#watched = '';
    // What was said on the connection before may be lost.
    this.#said.clear();
    if (this.reads.entries().length > 0) this.#saySoon();
    this.#watchSoon();
    const open = this.rooms.get(this.openRoomId ?? '');
    // Those that came a moment ago are those of this connection.
    if (open?.members && performance.now() - open.membersReadAt > FRESH_MS) this.loadMembers(open.id).catch(() => {});
  }

  #reset({ stream, code }) {
    if (stream === 'me') {
      const isFresh = performance.now() - this.#roomsReadAt < FRESH_MS;
      if (isFresh) setTimeout(() => this.#makeSure(), FRESH_MS);
      else this.#readAgain();
      return;
    }
    const room = this.rooms.get(stream);
    if (!room) return;
    if (code === 'not_found' || code === 'forbidden') {
      this.#forgetRoom(stream);
      return;
    }
    this.#refresh(room);
  }

  /** A page that has just begun has read the rooms a moment ago: their counts tell whether they are others now. */
  async #makeSure() {
    if (this.client.state === 'open' && !(await this.#loadUnread())) await this.#readAgain();
  }

  async #readAgain() {
    try {
      await this.#loadRooms();
      for (const [id, position] of Object.entries(this.#positions())) this.client.subscribe(id, position);
    } catch {
      // The next connection reads them.
    }
  }

  /** Reads a room again, of which something may have been missed. */
  async #refresh(room) {
    const { room: fresh } = await this.rest.get(path`/rooms/${room.id}`);
    room.last = null;
    this.#takeRoom(fresh);
    this.#loadUnread();
    if (room.timeline.isLoaded) {
      room.timeline.forget();
      if (this.openRoomId === room.id) await this.loadEnd(room);
    }
  }

  // What happens

  #event(event) {
    if (event.stream === 'me') {
      this.#mine(event);
      return;
    }
    const room = this.rooms.get(event.stream);
    if (!room) return;
    room.offset = event.offset;
    switch (event.event) {
      case 'message.created': this.#created(room, event); break;
      case 'message.edited':
        if (room.last?.seq === event.message.seq) room.last = event.message;
        break;
      case 'message.deleted':
        if (room.last?.seq === event.seq) room.last = { ...room.last, deleted: true, text: '' };
        if (event.seq > room.read && room.unread > 0) room.unread -= 1;
        break;
      case 'room.updated': this.#updated(room, event); break;
      case 'room.archived': this.#refreshFields(room); break;
      case 'room.deleted': this.#forgetRoom(room.id); return;
      default: this.#memberChanged(room, event);
    }
    room.timeline.apply(event);
    this.#applyToThread(room, event);
    this.emit('messages', room.id);
    this.emit('room', room.id);
    this.emit('rooms');
  }

  #applyToThread({ thread }, event) {
    if (!thread) return;
    if (event.event === 'message.created' && event.message.thread !== thread.seq) return;
    thread.root.apply(event);
    thread.timeline.apply(event);
  }

  #created(room, { message }) {
    const isMine = message.user_id === this.me.id;
    room.rank = ++this.#lastRank;
    room.seq = Math.max(room.seq ?? 0, message.seq);
    if (!room.last || message.seq >= room.last.seq) room.last = message;
    this.#stoppedTyping(room, message.user_id);
    if (isMine) {
      this.outbox.settle(message.client_msg_id);
      room.read = Math.max(room.read ?? 0, message.seq);
      this.reads.stored(room.id, message.seq);
      Object.assign(room, { unread: 0, mentions: 0 });
    } else if (message.seq > (room.read ?? 0)) {
      room.unread += 1;
      if (message.mentions?.includes(this.me.id)) room.mentions += 1;
      this.emit('arrival', { room, message });
    }
  }

  /** What is everybody's of a room has changed; what is one's own of it stays. */
  #updated(room, { room: fields }) {
    if (typeof fields !== 'object') return;
    for (const name of ['name', 'visibility', 'archived', 'kind']) if (name in fields) room[name] = fields[name];
  }

  async #refreshFields(room) {
    this.#takeRoom((await this.rest.get(path`/rooms/${room.id}`)).room);
    this.emit('messages', room.id);
  }

  #memberChanged(room, event) {
    const { user_id: user, role } = event;
    switch (event.event) {
      case 'member.joined':
        room.members?.set(user, { user_id: user, role, read: room.seq, received: room.seq });
        room.memberCount = room.members?.size ?? (room.memberCount ?? 0) + 1;
        break;
      case 'member.left': case 'member.kicked': case 'member.banned':
        room.members?.delete(user);
        room.memberCount = room.members?.size ?? Math.max(0, (room.memberCount ?? 1) - 1);
        this.#stoppedTyping(room, user);
        break;
      case 'member.role_changed': {
        const member = room.members?.get(user);
        if (member) member.role = role;
        if (user === this.me.id) room.role = role;
        break;
      }
      default: return;
    }
    this.#watchSoon();
  }

  async #mine(event) {
    switch (event.event) {
      case 'room.joined': if (event.room.kind) this.#follow(event.room); break;
      case 'room.left': {
        const id = typeof event.room === 'string' ? event.room : event.room?.id;
        const room = this.rooms.get(id);
        this.#left.add(id);
        this.#forgetRoom(id);
        if (room && event.reason !== 'left') this.emit('removed', { room, reason: event.reason });
        break;
      }
      case 'marker.updated': this.#marker(event.room, event.read); break;
      case 'message.hidden':
        this.rooms.get(event.room)?.timeline.hide(event.seq);
        this.emit('messages', event.room);
        break;
      case 'settings.updated':
        this.#takeUser((await this.rest.get('/users/me')).user);
        break;
      default:
    }
  }

  #marker(id, read) {
    const room = this.rooms.get(id);
    if (read) this.reads.stored(id, read);
    if (!room || read <= (room.read ?? 0)) return;
    room.read = read;
    if (read >= (room.last?.seq ?? 0)) Object.assign(room, { unread: 0, mentions: 0 });
    else this.#loadUnread();
    this.emit('rooms');
  }

  #receipt({ room: id, user_id: user, read, received }) {
    const room = this.rooms.get(id);
    const member = room?.members?.get(user);
    if (member) {
      member.read = Math.max(member.read ?? 0, read ?? 0);
      member.received = Math.max(member.received ?? 0, received ?? 0);
      this.emit('messages', id);
    }
    if (user === this.me.id) this.#marker(id, read);
  }

  #typing({ room: id, users }) {
    const room = this.rooms.get(id);
    if (!room) return;
    for (const timer of room.typingTimers.values()) clearTimeout(timer);
    room.typingTimers.clear();
    room.typists = users.filter(({ user_id: user }) => user !== this.me.id).map(({ user_id: user }) => user);
    for (const { user_id: user, expires_in_ms: ms } of users) {
      room.typingTimers.set(user, setTimeout(() => this.#stoppedTyping(room, user), ms ?? 8_000));
    }
    this.emit('typing', id);
  }

  #stoppedTyping(room, user) {
    if (!room.typists.includes(user)) return;
    room.typists = room.typists.filter((id) => id !== user);
    this.emit('typing', room.id);
  }

  // Presence

  presenceOf(id) {
    return this.presence.get(id) ?? { state: 'offline' };
  }

  /** The server tells nothing of oneself while one shares no room with anybody: then the connection says it. */
  get ownPresence() {
    if (this.client.state !== 'open') return { state: 'offline' };
    const known = this.presence.get(this.me.id) ?? { state: 'online' };
    return { status_text: this.me.settings?.status_text, ...known };
  }

  #presence(users) {
    for (const [id, state] of Object.entries(users)) this.presence.set(id, state);
    this.emit('presence');
  }

  #watchSoon() {
    clearTimeout(this.#watchTimer);
    this.#watchTimer = setTimeout(() => this.#watch(), 150);
  }

  #watch() {
    const wanted = new Set([this.me.id]);
    for (const { user_id: id } of this.rooms.get(this.openRoomId ?? '')?.members?.values() ?? []) {
      if (wanted.size < WATCHED_MAX / 2) wanted.add(id);
    }
    for (const { peer } of this.sortedRooms()) if (peer && wanted.size < WATCHED_MAX) wanted.add(peer);
    const users = [...wanted].sort();
    const key = users.join();
    if (this.client.state !== 'open' || key === this.#watched) return;
    this.#watched = key;
    this.client.command('presence.watch', { users }).catch(() => { this.#watched = ''; });
  }

  async setPresence(state, statusText) {
    await this.client.command('presence.set', { state, ...(statusText !== undefined && { status_text: statusText }) });
  }

  // Reading

  /** Opens a room: loads its end where it is not there yet. */
  async openRoom(id) {
    this.openRoomId = id;
    const room = this.rooms.get(id);
    if (!room) return;
    room.unreadFrom = room.unread > 0 ? (room.read ?? 0) + 1 : 0;
    room.isNewSeen = false;
    this.emit('messages', id);
    this.#watchSoon();
    const loading = room.timeline.isAtEnd ? null : this.loadEnd(room);
    if (!room.members && room.role) this.loadMembers(id).catch(() => {});
    await loading;
  }

  closeRoom() {
    this.openRoomId = null;
    this.#watchSoon();
  }

  /** One page at a time: what comes meanwhile belongs to that page. */
  #load(room, query, take) {
    if (room.busy) return room.loading;
    room.loading = this.#loadPage(room, query, take);
    return room.loading;
  }

  /** Another piece of the history: after whatever is being loaded of the present one. */
  async #loadPiece(room, query, take) {
    while (room.busy) await room.loading;
    return this.#load(room, query, take);
  }

  async #loadPage(room, query, take) {
    const { timeline } = room;
    room.busy = query;
    room.loadError = null;
    timeline.asking();
    this.emit('messages', room.id);
    try {
      take(await this.rest.get(`${path`/rooms/${room.id}/messages`}?${query}`));
      return true;
    } catch (error) {
      timeline.gaveUp();
      room.loadError = error;
      return false;
    } finally {
      room.busy = null;
      this.emit('messages', room.id);
    }
  }

  loadEnd(room) {
    return this.#loadPiece(room, `limit=${FIRST_PAGE}`, ({ messages, has_more: more }) => {
      room.timeline.replace(messages, { isAtStart: !more, isAtEnd: true });
    });
  }

  loadAround(room, seq) {
    return this.#loadPiece(room, `around=${seq}&limit=${PAGE}`, ({ messages, has_more: more }) => {
      room.timeline.replace(messages, { isAtStart: !more.before, isAtEnd: !more.after });
    });
  }

  loadOlder(room) {
    const { timeline } = room;
    if (!timeline.isLoaded || timeline.isAtStart || !timeline.first) return false;
    return this.#load(room, `before=${timeline.first.seq}&limit=${PAGE}`, ({ messages, has_more: more }) => {
      timeline.prepend(messages, !more);
    });
  }

  loadNewer(room) {
    const { timeline } = room;
    if (!timeline.isLoaded || timeline.isAtEnd || !timeline.last) return false;
    return this.#load(room, `after=${timeline.last.seq}&limit=${PAGE}`, ({ messages, has_more: more }) => {
      timeline.append(messages, !more);
    });
  }

  /** A single message, from what is here or from the server. */
  async message(room, seq) {
    const known = room.timeline.find(seq);
    if (known) return known;
    const { messages } = await this.rest.get(`${path`/rooms/${room.id}/messages`}?around=${seq}&limit=1`);
    return messages.find((message) => message.seq === seq) ?? null;
  }

  /** Tells the server what has been seen; several things seen at once are one. */
  markRead(room, seq) {
    if (!room.role || seq <= (room.read ?? 0)) return;
    room.read = seq;
    if (seq >= (room.last?.seq ?? 0)) Object.assign(room, { unread: 0, mentions: 0 });
    this.emit('rooms');
    this.reads.set(room.id, seq);
    this.#saySoon();
  }

  /** Says what has been read, in whichever rooms: once on each connection. */
  #saySoon() {
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => {
      for (const [room, seq] of this.reads.entries()) {
        if (this.#said.get(room) === seq) continue;
        this.#said.set(room, seq);
        this.client.hint('receipt', { room, kind: 'read', seq });
      }
    }, 200);
  }

  // Writing

  send(room, text, { replyTo, thread, mentions } = {}) {
    this.outbox.add({ room: room.id, text, ...(replyTo && { reply_to: replyTo }), ...(thread && { thread }),
      ...(mentions?.length && { mentions }) });
  }

  async edit(room, message, text) {
    room.edits ??= new Map();
    room.edits.set(message.seq, text);
    try {
      await this.client.command('message.edit', { room: room.id, seq: message.seq, text });
    } finally {
      room.edits.delete(message.seq);
    }
  }

  /** A message's text, also while its edit is on its way: who edits again goes on from there. */
  textOf(room, message) {
    return room.edits?.get(message.seq) ?? room.timeline.find(message.seq)?.text ?? message.text;
  }

  remove(room, message, scope) {
    return this.client.command('message.delete', { room: room.id, seq: message.seq, scope });
  }

  /** Shows a reaction at once, and takes it back where the server refuses. */
  async react(room, message, key) {
    const isMine = message.reactions?.[key]?.includes(this.me.id) ?? false;
    const apply = (isAdded) => {
      room.timeline.apply({ event: `reaction.${isAdded ? 'added' : 'removed'}`, seq: message.seq, key, user_id: this.me.id });
      this.emit('messages', room.id);
    };
    apply(!isMine);
    try {
      await this.client.command(isMine ? 'reaction.remove' : 'reaction.add', { room: room.id, seq: message.seq, key });
    } catch (error) {
      apply(isMine);
      throw error;
    }
  }

  search(query, roomId) {
    return this.rest.get(`/search?q=${encodeURIComponent(query)}${roomId ? `&room=${encodeURIComponent(roomId)}` : ''}&limit=40`);
  }
}

/** Whether a room of the server's is older than what has come meanwhile. */
function isOlder({ seq = 0, read = 0 }, known) {
  return Boolean(known) && (seq < (known.seq ?? 0) || read < (known.read ?? 0));
}
