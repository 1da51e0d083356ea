// The client of the native protocol, version 1: one module, no dependency, for browsers and for whatever else has
// `fetch`, `WebSocket` and `EventTarget`.
// docs/page.md shows how to use it, and tells how it keeps its promise that every durable event is handed out once and in
// order.

const SUBPROTOCOL = 'chat.v1.json';
const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 30_000;
const COMMAND_TIMEOUT_MS = 20_000;
const WELCOME_TIMEOUT_MS = 15_000;
/** How many streams `hello` resumes; the server allows so many subscriptions unless it says otherwise. */
const SUBSCRIPTIONS_MAX = 128;

/**
 * @typedef {{ epoch: string, offset: number }} Position a place in a stream
 * @typedef {{ type: string, stream: string, room?: string, epoch: string, offset: number, ts: string, event: string,
 *   [field: string]: any }} ChatEvent a durable event
 * @typedef {'idle' | 'connecting' | 'open' | 'waiting' | 'stopped'} State `waiting`: for the next attempt; `stopped`:
 *   there will be none
 * @typedef {{ session_id: string, user_id: string, ts: string, ping_ms: number, pong_timeout_ms: number,
 *   limits: { frame: number, text: number, subscriptions: number, queue_bytes: number, history: number },
 *   typing: { resend_ms: number, idle_ms: number, expire_ms: number },
 *   streams: Record<string, { recovered?: boolean, epoch?: string, offset?: number, code?: string }> }} Welcome
 * @typedef {{ room: string, text: string, reply_to?: number, thread?: number, mentions?: string[] }} Draft
 * @typedef {Draft & { client_msg_id: string, user_id: string, created_at: string, order: number,
 *   state: 'queued' | 'sending' | 'failed', code?: string }} OutboxEntry
 * @typedef {{ all: (userId: string) => Promise<OutboxEntry[]>, put: (entry: OutboxEntry) => Promise<void>,
 *   delete: (clientMsgId: string) => Promise<void> }} OutboxStorage
 */

/** What the server refused, or what became of a question that has no answer (`disconnected`, `timeout`). */
export class ChatError extends Error {
  /**
   * @param {string} code one of the protocol's, or `disconnected`, `timeout`, `offline`
   * @param {{ message?: string, status?: number, retryAfterMs?: number, isTemporary?: boolean }} [details]
   */
  constructor(code, details = {}) {
    const { message = code, status = 0, retryAfterMs = 0, isTemporary = false } = details;
    super(message);
    this.name = 'ChatError';
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.isTemporary = isTemporary || ['rate_limited', 'unavailable', 'internal', 'timeout'].includes(code);
  }

  /** Whether nobody knows if the server has got it. */
  get isUnanswered() {
    return ['disconnected', 'timeout', 'offline'].includes(this.code);
  }
}

/** The interface over HTTP, under `/v1`. The session is the cookie of the origin, or a token. */
export class Rest {
  #url;
  #token;
  #fetch;

  /** @param {{ url: string, token?: string, fetch?: typeof fetch }} options `url`: the origin of the server */
  constructor({ url, token, fetch = (...all) => globalThis.fetch(...all) }) {
    this.#url = url.replace(/\/$/, '');
    this.#token = token;
    this.#fetch = fetch;
  }

  /**
   * Answers the body, or null where there is none.
   * @param {string} method
   * @param {string} path what follows `/v1`, ids in it percent-encoded: see `path`
   * @param {unknown} [body]
   * @returns {Promise<any>}
   * @throws {ChatError}
   */
  async request(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    let response;
    let text;
    try {
      response = await this.#fetch(`${this.#url}/v1${path}`, {
        method, headers, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body),
      });
      text = await response.text();
    } catch {
      throw new ChatError('offline', { isTemporary: true });
    }
    let value = null;
    try {
      if (text !== '') value = JSON.parse(text);
    } catch {
      // A proxy's page: the status says enough.
    }
    if (response.ok) return value;
    const error = value?.error ?? {};
    const seconds = Number(response.headers.get('Retry-After')) || 0;
    throw new ChatError(typeof error.code === 'string' ? error.code : codeOfStatus(response.status), {
      message: error.message, status: response.status, retryAfterMs: error.retry_after_ms ?? seconds * 1000,
    });
  }

  /** @param {string} path */
  get(path) { return this.request('GET', path); }
  /** @param {string} path @param {unknown} [body] */
  post(path, body = {}) { return this.request('POST', path, body); }
  /** @param {string} path @param {unknown} [body] */
  put(path, body = {}) { return this.request('PUT', path, body); }
  /** @param {string} path @param {unknown} body */
  patch(path, body) { return this.request('PATCH', path, body); }
  /** @param {string} path @param {unknown} [body] */
  delete(path, body) { return this.request('DELETE', path, body); }
}

/**
 * Puts values into a path, percent-encoded: path`/rooms/${id}/join`.
 * @param {TemplateStringsArray} parts
 * @param {...(string | number)} values
 */
export function path(parts, ...values) {
  return parts.reduce((whole, part, index) => whole + encodeURIComponent(values[index - 1]) + part);
}

/**
 * How long to wait before the attempt after `failures` failed ones: anything up to a bound that doubles, so that many
 * clients do not come back at once.
 * @param {number} failures @param {() => number} [random]
 */
export function backoffMs(failures, random = Math.random) {
  return Math.round(random() * backoffMaxMs(failures));
}

/** @param {number} failures */
export function backoffMaxMs(failures) {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(failures, 20));
}

/** A random UUID, also on a page that came over plain HTTP, where `crypto.randomUUID` is missing. */
export function uuid() {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * The connection. It opens itself again until it is told, by us or by the server, not to.
 *
 * Its events, each a `CustomEvent`:
 *
 * | name | detail |
 * |---|---|
 * | `state` | `{ state, code?, retryAt? }`: see `State`; `code` is the close code of a connection that has ended |
 * | `welcome` | the server's `Welcome` |
 * | `event` | a `ChatEvent`, once and in order |
 * | `reset` | `{ stream, code? }`: events may be missing, read by REST; with `not_found`: the stream is no more |
 * | `typing`, `presence.state`, `presence.diff`, `receipt`, `marker.updated`, `publication` | the frame |
 */
export class ChatClient extends EventTarget {
  /** @type {State} */
  state = 'idle';
  /** @type {Welcome | null} */
  welcome = null;

  #options;
  #random;
  /** @type {WebSocket | null} */
  #socket = null;
  /** What has been handed out of each stream that is wanted; null: wanted, from wherever it stands. */
  #positions = /** @type {Map<string, Position | null>} */ (new Map());
  /** Streams that are being subscribed to again because of a gap. */
  #healing = /** @type {Set<string>} */ (new Set());
  #pending = /** @type {Map<string, { resolve: (ack: any) => void, reject: (error: ChatError) => void,
    timer: ReturnType<typeof setTimeout> }>} */ (new Map());
  #nextId = 1;
  #failures = 0;
  #retryTimer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #welcomeTimer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #heartbeat = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  /** When the server has said to come back, in ms from the end of the connection; null: it has not. */
  #spreadMs = /** @type {number | null} */ (null);

  /**
   * @param {{ url: string, token?: string, client?: string, deviceId?: string, WebSocket?: typeof WebSocket,
   *   random?: () => number }} options `url`: the server's origin, `https://…`; without a token the cookie signs in
   */
  constructor(options) {
    super();
    this.#options = { client: 'chat-client/1.0', WebSocket: globalThis.WebSocket, ...options };
    this.#random = options.random ?? Math.random;
    if (typeof globalThis.addEventListener === 'function') {
      globalThis.addEventListener('online', () => this.retryNow());
      globalThis.addEventListener('offline', () => { if (this.#socket) this.#lost(1006); });
    }
  }

  /**
   * Opens the connection, and keeps it open. `positions` are the rooms to follow, by id.
   * @param {Record<string, Position>} [positions]
   */
  connect(positions = {}) {
    for (const [stream, position] of Object.entries(positions)) this.#positions.set(stream, position);
    if (!this.#positions.has('me')) this.#positions.set('me', null);
    this.#failures = 0;
    this.#open();
  }

  /** Ends the connection, for good unless `connect` is called again. */
  close() {
    clearTimeout(this.#retryTimer);
    this.#drop(1000);
    this.#positions.clear();
    this.#setState('stopped');
  }

  /** Does not wait for the next attempt. */
  retryNow() {
    if (this.state !== 'waiting') return;
    clearTimeout(this.#retryTimer);
    this.#open();
  }

  /**
   * How far a stream has been handed out.
   * @param {string} stream
   */
  positionOf(stream) {
    return this.#positions.get(stream) ?? null;
  }

  /**
   * Follows a room, from a position on if there is one. Does nothing where it is followed already.
   * @param {string} room @param {Position} [position]
   */
  subscribe(room, position) {
    if (this.#positions.has(room)) return;
    this.#positions.set(room, position ?? null);
    if (this.state === 'open') this.#subscribe(room);
  }

  /** @param {string} room */
  unsubscribe(room) {
    if (!this.#positions.delete(room)) return;
    this.#healing.delete(room);
    if (this.state === 'open') this.command('unsubscribe', { room }).catch(() => {});
  }

  /**
   * Sends a command, and answers its acknowledgement.
   * @param {string} type @param {Record<string, unknown>} [fields]
   * @returns {Promise<any>}
   * @throws {ChatError} `disconnected` where there is no connection, or no longer: the server may have got it or not
   */
  command(type, fields = {}, timeoutMs = COMMAND_TIMEOUT_MS) {
    const socket = this.#openSocket();
    if (!socket) return Promise.reject(new ChatError('disconnected'));
    const id = String(this.#nextId);
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new ChatError('timeout'));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  /**
   * Sends what needs no answer: `typing`, `receipt`. Without a connection it is forgotten.
   * @param {'typing' | 'receipt'} type @param {Record<string, unknown>} fields
   */
  hint(type, fields) {
    this.#openSocket()?.send(JSON.stringify({ type, ...fields }));
  }

  /** The socket, if something can be sent: it may be closing already, and the event that says so still to come. */
  #openSocket() {
    return this.state === 'open' && this.#socket && !(this.#socket.readyState > 1) ? this.#socket : null;
  }

  // The connection

  #open() {
    clearTimeout(this.#retryTimer);
    this.#drop(1000);
    this.#setState('connecting');
    const { url, WebSocket } = this.#options;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/ws`, SUBPROTOCOL);
    this.#socket = socket;
    this.#welcomeTimer = setTimeout(() => this.#lost(1006), WELCOME_TIMEOUT_MS);
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code }) => this.#lost(code);
  }

  #hello() {
    const { token, client, deviceId } = this.#options;
    /** @type {Record<string, Position>} */
    const resume = {};
    let count = 0;
    for (const [stream, position] of this.#positions) {
      if (!position || count >= SUBSCRIPTIONS_MAX) continue;
      resume[stream] = { epoch: position.epoch, offset: position.offset };
      count += 1;
    }
    return { type: 'hello', id: 'hello', client, resume, ...(token && { token }),
      ...(deviceId && { device_id: deviceId }) };
  }

  /**
   * Lets go of the socket; whatever it says from now on is heard by nobody.
   * @param {number} code
   */
  #drop(code) {
    clearTimeout(this.#heartbeat);
    clearTimeout(this.#welcomeTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      socket.close(code);
    }
    this.#healing.clear();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of pending) {
      clearTimeout(timer);
      reject(new ChatError('disconnected'));
    }
  }

  /** @param {number} code */
  #lost(code) {
    this.#setState('waiting', { code, retryAt: 0 }, true);
    this.#drop(1000);
    if (code >= 4500 && code <= 4999) {
      this.#setState('stopped', { code });
      return;
    }
    const wait = this.#spreadMs ?? backoffMs(this.#failures, this.#random);
    this.#spreadMs = null;
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.#open(), wait);
    this.#setState('waiting', { code, retryAt: Date.now() + wait });
  }

  /** @param {State} state @param {{ code?: number, retryAt?: number }} [detail] */
  #setState(state, detail = {}, isSilent = false) {
    this.state = state;
    if (!isSilent) this.dispatchEvent(new CustomEvent('state', { detail: { state, ...detail } }));
  }

  #watchSilence() {
    clearTimeout(this.#heartbeat);
    const { ping_ms: pingMs = 25_000, pong_timeout_ms: pongMs = 8_000 } = this.welcome ?? {};
    this.#heartbeat = setTimeout(() => {
      const socket = this.#socket;
      this.command('ping', {}, pongMs).catch((error) => {
        if (error.code === 'timeout' && socket === this.#socket) this.#lost(1006);
      });
    }, pingMs);
  }

  // What comes in

  /** @param {string} data */
  #received(data) {
    const frame = JSON.parse(data);
    if (this.state === 'open') this.#watchSilence();
    switch (frame.type) {
      case 'welcome': return this.#welcomed(frame);
      case 'ack': return this.#settle(frame.id)?.resolve(frame);
      case 'error': return this.#failed(frame);
      case 'event': return this.#event(frame);
      case 'draining':
        this.#spreadMs = Number(frame.reconnect_in_ms) || 0;
        return undefined;
      default:
        return this.#emit(frame.type, frame);
    }
  }

  /** @param {string} name @param {unknown} detail */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {Welcome} welcome */
  #welcomed(welcome) {
    clearTimeout(this.#welcomeTimer);
    this.welcome = welcome;
    this.#failures = 0;
    this.#spreadMs = null;
    /** @type {{ stream: string, code?: string }[]} */
    const resets = [];
    const streams = welcome.streams ?? {};
    for (const [stream, { recovered, epoch, offset, code }] of Object.entries(streams)) {
      if (recovered) continue;
      if (code === 'not_found') this.#positions.delete(stream);
      else if (epoch !== undefined && offset !== undefined) this.#positions.set(stream, { epoch, offset });
      resets.push({ stream, code });
    }
    this.#setState('open');
    this.#watchSilence();
    this.#emit('welcome', welcome);
    for (const reset of resets) this.#emit('reset', reset);
    const max = welcome.limits?.subscriptions ?? SUBSCRIPTIONS_MAX;
    for (const stream of [...this.#positions.keys()].slice(0, max)) {
      if (stream !== 'me' && !(stream in streams)) this.#subscribe(stream);
    }
  }

  /** @param {string} id */
  #settle(id) {
    const waiting = this.#pending.get(id);
    if (!waiting) return undefined;
    this.#pending.delete(id);
    clearTimeout(waiting.timer);
    return waiting;
  }

  /** @param {any} frame */
  #failed(frame) {
    this.#settle(frame.id)?.reject(new ChatError(frame.code, {
      message: frame.message, retryAfterMs: frame.retry_after_ms, isTemporary: frame.temporary === true,
    }));
  }

  /** @param {ChatEvent} event */
  #event(event) {
    if (event.offset === undefined) {
      this.#emit(event.event, event);
      return;
    }
    const { stream, epoch, offset } = event;
    const position = this.#positions.get(stream);
    if (position === undefined) return;
    if (position === null || position.epoch !== epoch) {
      // Live without a position is a subscription whose acknowledgement is still to come: it will say from where.
      if (position !== null) this.#reset(stream, { epoch, offset });
      return;
    }
    if (offset <= position.offset) return;
    if (offset > position.offset + 1) {
      this.#heal(stream);
      return;
    }
    position.offset = offset;
    this.#emit('event', event);
  }

  /** @param {string} stream @param {Position} position @param {string} [code] */
  #reset(stream, position, code) {
    this.#positions.set(stream, position);
    this.#emit('reset', { stream, code });
  }

  /**
   * Something is missing: asks for it. The user's own stream is asked for by a new connection.
   * @param {string} stream
   */
  #heal(stream) {
    if (this.#healing.has(stream)) return;
    if (stream === 'me') {
      this.#lost(1006);
      return;
    }
    this.#healing.add(stream);
    this.#subscribe(stream);
  }

  /** @param {string} room */
  async #subscribe(room) {
    const position = this.#positions.get(room);
    try {
      const ack = await this.command('subscribe', { room, ...(position ?? {}) });
      this.#healing.delete(room);
      if (!this.#positions.has(room)) return;
      if (!position) this.#positions.set(room, { epoch: ack.epoch, offset: ack.offset });
      else if (ack.recovered === false) this.#reset(room, { epoch: ack.epoch, offset: ack.offset });
    } catch (error) {
      this.#healing.delete(room);
      if (!(error instanceof ChatError) || error.isUnanswered) return;
      if (error.isTemporary) {
        setTimeout(() => { if (this.state === 'open') this.#subscribe(room); }, error.retryAfterMs || 1_000);
        return;
      }
      this.#positions.delete(room);
      this.#emit('reset', { stream: room, code: error.code });
    }
  }
}

/**
 * What somebody has written and the server has not acknowledged: kept in a storage that outlasts the page, sent in
 * order, one at a time in each room, as often as it takes. The ids make repetitions harmless.
 *
 * Its events: `change` (`{ room }`), and `sent` (`{ entry, seq }`).
 */
export class Outbox extends EventTarget {
  #client;
  #storage;
  #userId;
  /** @type {OutboxEntry[]} */
  #entries = [];
  #busy = /** @type {Set<string>} */ (new Set());
  #order = 0;

  /** @param {{ client: ChatClient, userId: string, storage?: OutboxStorage }} options */
  constructor({ client, userId, storage = new MemoryStorage() }) {
    super();
    this.#client = client;
    this.#storage = storage;
    this.#userId = userId;
    client.addEventListener('welcome', () => this.flush());
  }

  /** Takes up what an earlier page has left. */
  async restore() {
    const known = new Set(this.#entries.map(({ client_msg_id: id }) => id));
    for (const entry of await this.#storage.all(this.#userId)) {
      if (known.has(entry.client_msg_id)) continue;
      if (entry.state === 'sending') entry.state = 'queued';
      this.#entries.push(entry);
    }
    this.#entries.sort((a, b) => a.order - b.order);
    for (const room of new Set(this.#entries.map(({ room }) => room))) this.#changed(room);
    this.flush();
  }

  /**
   * A room's entries, oldest first.
   * @param {string} room
   */
  in(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  get count() {
    return this.#entries.length;
  }

  /** @param {Draft} draft @returns {OutboxEntry} */
  add(draft) {
    this.#order = Math.max(Date.now(), this.#order + 1);
    /** @type {OutboxEntry} */
    const entry = {
      ...draft, client_msg_id: uuid(), user_id: this.#userId, created_at: new Date().toISOString(),
      order: this.#order, state: 'queued',
    };
    this.#entries.push(entry);
    this.#storage.put(entry).catch(() => {});
    this.#changed(entry.room);
    this.flush();
    return entry;
  }

  /** @param {OutboxEntry} entry */
  retry(entry) {
    entry.state = 'queued';
    delete entry.code;
    this.#storage.put(entry).catch(() => {});
    this.#changed(entry.room);
    this.flush();
  }

  /** @param {OutboxEntry} entry */
  discard(entry) {
    this.#remove(entry);
    this.#changed(entry.room);
  }

  /**
   * Removes what turns out to be stored: one's own event may come before the acknowledgement.
   * @param {string} id
   */
  settle(id) {
    const entry = this.#entries.find(({ client_msg_id: known }) => known === id);
    if (entry) this.#remove(entry);
  }

  /** Forgets everything, also in the storage. */
  async clear() {
    const entries = this.#entries;
    this.#entries = [];
    await Promise.all(entries.map((entry) => this.#storage.delete(entry.client_msg_id).catch(() => {})));
  }

  /** Sends what can be sent. */
  flush() {
    if (this.#client.state !== 'open') return;
    for (const entry of this.#entries) {
      if (entry.state === 'queued' && !this.#busy.has(entry.room)) this.#send(entry);
    }
  }

  /** @param {OutboxEntry} entry */
  async #send(entry) {
    const { room } = entry;
    this.#busy.add(room);
    entry.state = 'sending';
    let pauseMs = 0;
    try {
      const ack = await this.#client.command('message.send', bodyOf(entry));
      this.#remove(entry);
      this.dispatchEvent(new CustomEvent('sent', { detail: { entry, seq: ack.seq } }));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.isUnanswered || error.isTemporary) {
        entry.state = 'queued';
        pauseMs = error.isTemporary ? error.retryAfterMs || 1_000 : 0;
      } else {
        entry.state = 'failed';
        entry.code = error.code;
        this.#storage.put(entry).catch(() => {});
      }
    }
    this.#changed(room);
    if (pauseMs > 0) await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
    this.#busy.delete(room);
    this.flush();
  }

  /** @param {OutboxEntry} entry */
  #remove(entry) {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return;
    this.#entries.splice(index, 1);
    this.#storage.delete(entry.client_msg_id).catch(() => {});
  }

  /** @param {string} room */
  #changed(room) {
    this.dispatchEvent(new CustomEvent('change', { detail: { room } }));
  }
}

/** An outbox's storage that forgets with the page. @implements {OutboxStorage} */
export class MemoryStorage {
  /** @type {Map<string, OutboxEntry>} */
  #entries = new Map();

  /** @param {string} userId */
  async all(userId) {
    return [...this.#entries.values()].filter((entry) => entry.user_id === userId);
  }

  /** @param {OutboxEntry} entry */
  async put(entry) {
    this.#entries.set(entry.client_msg_id, entry);
  }

  /** @param {string} clientMsgId */
  async delete(clientMsgId) {
    this.#entries.delete(clientMsgId);
  }
}

/**
 * What is sent of an entry: the same each time, as the server compares it.
 * @param {OutboxEntry} entry
 */
function bodyOf({ room, client_msg_id, text, reply_to, thread, mentions }) {
  return { room, client_msg_id, text, ...(reply_to && { reply_to }), ...(thread && { thread }),
    ...(mentions?.length && { mentions }) };
}

/** @param {number} status */
function codeOfStatus(status) {
  /** @type {Record<number, string>} */
  const codes = { 400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict',
    413: 'too_large', 422: 'unprocessable', 429: 'rate_limited' };
  return codes[status] ?? (status >= 500 ? 'unavailable' : 'bad_request');
}
