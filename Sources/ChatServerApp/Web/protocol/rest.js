// The interface over HTTP, and the one kind of error that the protocol's modules throw. Imports nothing.

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

/** @param {number} status */
function codeOfStatus(status) {
  /** @type {Record<number, string>} */
  const codes = { 400: 'bad_request', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict',
    413: 'too_large', 422: 'unprocessable', 429: 'rate_limited' };
  return codes[status] ?? (status >= 500 ? 'unavailable' : 'bad_request');
}
