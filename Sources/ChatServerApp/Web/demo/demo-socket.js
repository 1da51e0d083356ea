// A WebSocket that comes back by itself.
//
// Each attempt waits a random time up to 250 ms x 2^n, at most 30 s ("full jitter"), so that the clients of a server
// that restarts do not all return in the same instant. A connection must last a while before n starts over: a server
// that accepts and then closes is not asked again at full speed.

const BACKOFF_BASE_MS = 250;
const BACKOFF_MAX_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const STABLE_AFTER_MS = 5_000;
const UNSENT_TIMEOUT_MS = 10_000;

/** The upper end of the wait before attempt `attempt` (from 0), in milliseconds. */
export function backoffMaxMs(attempt) {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** attempt);
}

/** The WebSocket address of a path on the server that this page came from. */
export function socketURL(path) {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${location.host}${path}`;
}

/**
 * Events: `state` after every change of `state`, and `message` (a MessageEvent's `data` in `detail`).
 * States: `closed` (by `close()`), `connecting`, `open`, `waiting` (until `retryAt`, in `Date.now()` time).
 */
export class ReconnectingSocket extends EventTarget {
  state = 'closed';
  retryAt = 0;

  #url;
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #stableTimer = 0;
  #unsentTimer = 0;

  constructor(url) {
    super();
    this.#url = url;
  }

  open() {
    if (this.state !== 'closed') return;
    addEventListener('online', this.#onOnline);
    addEventListener('offline', this.#onOffline);
    this.#attempt = 0;
    this.#connect();
  }

  close() {
    removeEventListener('online', this.#onOnline);
    removeEventListener('offline', this.#onOffline);
    this.#drop();
    this.#enter('closed');
  }

  /** Ends the wait, if there is one. */
  retryNow() {
    if (this.state === 'waiting') this.#connect();
  }

  /** Whether the text was handed to an open connection; no promise that it arrives. */
  send(text) {
    if (this.state !== 'open') return false;
    this.#socket.send(text);
    this.#watchUnsent();
    return true;
  }

  #onOnline = () => this.retryNow();

  #onOffline = () => {
    if (this.state === 'open' || this.state === 'connecting') this.#wait();
  };

  #connect() {
    this.#drop();
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    // An old socket's events, which may still come after it was dropped, change nothing.
    const ifCurrent = (handle) => (event) => {
      if (socket === this.#socket) handle(event);
    };
    socket.addEventListener('open', ifCurrent(() => this.#opened()));
    socket.addEventListener('close', ifCurrent(() => this.#wait()));
    socket.addEventListener('message', ifCurrent((event) => {
      this.dispatchEvent(new CustomEvent('message', { detail: event.data }));
    }));
    this.#timer = setTimeout(() => this.#wait(), CONNECT_TIMEOUT_MS);
    this.#enter('connecting');
  }

  #opened() {
    clearTimeout(this.#timer);
    this.#stableTimer = setTimeout(() => { this.#attempt = 0; }, STABLE_AFTER_MS);
    this.#enter('open');
  }

  #wait() {
    this.#drop();
    const delayMs = Math.random() * backoffMaxMs(this.#attempt);
    this.#attempt += 1;
    this.retryAt = Date.now() + delayMs;
    this.#timer = setTimeout(() => this.#connect(), delayMs);
    this.#enter('waiting');
  }

  #drop() {
    clearTimeout(this.#timer);
    clearTimeout(this.#stableTimer);
    clearTimeout(this.#unsentTimer);
    this.#unsentTimer = 0;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** A page does not see pings: bytes that do not leave are the only sign of a dead network path. */
  #watchUnsent() {
    if (this.#unsentTimer) return;
    this.#unsentTimer = setTimeout(() => {
      this.#unsentTimer = 0;
      if (this.#socket?.bufferedAmount > 0) this.#wait();
    }, UNSENT_TIMEOUT_MS);
  }

  #enter(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}
