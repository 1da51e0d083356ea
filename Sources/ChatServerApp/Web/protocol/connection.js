// The connection of the native protocol, version 1: for browsers and for whatever else has `WebSocket` and `EventTarget`.
// docs/page.md tells how it keeps its promise that every durable event is handed out once and in order.

import { backoffMs, onReturn } from './attempts.js';
import { Commands } from './commands.js';
import { ChatError } from './rest.js';

const SUBPROTOCOL = 'chat.v1.json';
const COMMAND_TIMEOUT_MS = 20_000;
const WELCOME_TIMEOUT_MS = 15_000;
/** How long a connection that has slept may take to show that it is awake. */
const WAKE_TIMEOUT_MS = 3_000;
/** How many streams `hello` resumes; the server allows so many subscriptions unless it says otherwise. */
const SUBSCRIPTIONS_MAX = 128;

/**
 * @typedef {import('./frames.js').Position} Position
 * @typedef {import('./frames.js').ChatEvent} ChatEvent
 * @typedef {import('./frames.js').Welcome} Welcome
 */

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
  /** @type {import('./frames.js').State} */
  state = 'idle';
  /** @type {Welcome | null} */
  welcome = null;

  #options;
  /** @type {WebSocket | null} */
  #socket = null;
  /** What has been handed out of each stream that is wanted; null: wanted, from wherever it stands. */
  #positions = /** @type {Map<string, Position | null>} */ (new Map());
  /** Streams that are being subscribed to again because of a gap. */
  #healing = /** @type {Set<string>} */ (new Set());
  #commands = new Commands();
  #isWaking = false;
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
    onReturn(() => this.wake());
    globalThis.addEventListener?.('offline', () => { if (this.#socket) this.#lost(1006); });
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
   * Somebody is back, who may have been away for long: a connection that does not answer soon is a dead one, whatever
   * it looks like, and another is opened at once.
   */
  wake() {
    this.retryNow();
    const socket = this.#socket;
    if (this.state !== 'open' || this.#isWaking) return;
    this.#isWaking = true;
    this.command('ping', {}, WAKE_TIMEOUT_MS).catch((error) => {
      if (error.code !== 'timeout' || socket !== this.#socket) return;
      this.#lost(1006);
      this.retryNow();
    }).finally(() => { this.#isWaking = false; });
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
    return socket ? this.#commands.send(socket, type, fields, timeoutMs) : Promise.reject(new ChatError('disconnected'));
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
    this.#commands.disconnected();
  }

  /** @param {number} code */
  #lost(code) {
    this.#setState('waiting', { code, retryAt: 0 }, true);
    this.#drop(1000);
    if (code >= 4500 && code <= 4999) {
      this.#setState('stopped', { code });
      return;
    }
    const wait = this.#spreadMs ?? backoffMs(this.#failures, this.#options.random);
    this.#spreadMs = null;
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.#open(), wait);
    this.#setState('waiting', { code, retryAt: Date.now() + wait });
  }

  /** @param {import('./frames.js').State} state @param {{ code?: number, retryAt?: number }} [detail] */
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
      case 'ack': return this.#commands.acknowledged(frame);
      case 'error': return this.#commands.refused(frame);
      case 'event': return this.#event(frame);
      case 'draining':
        this.#spreadMs = Number(frame.reconnect_in_ms) || 0;
        return undefined;
      default:
        return this.#emit(frame.type, frame);
    }
  }

  /** @param {string} name @param {unknown} detail */
  #emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

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
