// JSON over HTTP: one function, one error.

import { t } from '../ui/texts.js';

const REQUEST_TIMEOUT_MS = 15_000;

/** What went wrong, as a sentence for people. `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }

  /** Whether the same request may succeed later. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * Sends a request and answers `{ body, serverTimeMs }`: the parsed JSON, and the server's clock when it answered
 * (NaN where it does not say). Throws `ApiError` for everything but success.
 */
export async function request(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(response.status, sentence(text, response.status));
    return {
      body: text === '' ? null : JSON.parse(text),
      serverTimeMs: Date.parse(response.headers.get('Date') ?? ''),
    };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (error instanceof SyntaxError) throw new ApiError(502, t('demoNoSense'));
    throw new ApiError(0, t('demoNoServer'));
  }
}

/** The two shapes in which the server explains itself: `{error:404, message}` and `{error:{code, message}}`. */
function sentence(text, status) {
  try {
    const body = JSON.parse(text);
    const message = body?.error?.message ?? body?.message;
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // Not JSON: the status is all there is.
  }
  return t('demoStatus', { status });
}
