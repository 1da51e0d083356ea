// The dashboard's client of the relay: registers, opens the socket that it is told of, and comes back by itself.

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;

/** Events: `state`, and `message` with the text as `detail`. States: off, connecting, open, waiting. */
export class TopicStream extends EventTarget {
  #topics = [];
  #socket = null;
  #url = null;
  #attempts = 0;
  #timer = 0;
  // What belongs to an attempt that was given up has another number.
  #attempt = 0;
  #user = 1 + Math.floor(Math.random() * 2 ** 31);
  state = 'off';

  /** Follows these topics from now on. */
  follow(topics) {
    this.#topics = [...topics];
    if (this.state === 'open') this.#sendTopics();
  }

  open() {
    if (this.state !== 'off') return;
    addEventListener('online', this.#retry);
    document.addEventListener('visibilitychange', this.#retry);
    this.#connect();
  }

  /** Ends the socket, and has the server forget this client. */
  close() {
    removeEventListener('online', this.#retry);
    document.removeEventListener('visibilitychange', this.#retry);
    clearTimeout(this.#timer);
    this.#attempt += 1;
    const id = this.#url?.split('/').at(-1);
    if (id) fetch(`/register/${encodeURIComponent(id)}`, { method: 'DELETE' }).catch(() => {});
    this.#socket?.close(1000);
    this.#socket = this.#url = null;
    this.#attempts = 0;
    this.#set('off');
  }

  #retry = () => {
    if (this.state !== 'waiting' || document.hidden) return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  async #connect() {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#set('connecting');
    try {
      const answer = await fetch('/register', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ user_id: this.#user, topics: this.#topics }),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { url } = await answer.json();
      if (attempt !== this.#attempt) return;
      this.#url = url;
      this.#listen(new WebSocket(url), attempt);
    } catch {
      if (attempt === this.#attempt) this.#wait();
    }
  }

  #listen(socket, attempt) {
    this.#socket = socket;
    const isStale = () => attempt !== this.#attempt;
    socket.addEventListener('open', () => {
      if (isStale()) return socket.close();
      this.#attempts = 0;
      this.#set('open');
      this.#sendTopics();
    });
    socket.addEventListener('message', ({ data }) => {
      if (!isStale() && typeof data === 'string') this.dispatchEvent(new CustomEvent('message', { detail: data }));
    });
    socket.addEventListener('close', () => {
      if (!isStale()) this.#wait();
    });
  }

  #sendTopics() {
    this.#socket.send(JSON.stringify({ topics: this.#topics }));
  }

  /** Full jitter: all who were cut off do not come back at once. */
  #wait() {
    this.#attempt += 1;
    this.#socket = this.#url = null;
    const delayMs = Math.random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#set('waiting');
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }

  #set(state) {
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}
