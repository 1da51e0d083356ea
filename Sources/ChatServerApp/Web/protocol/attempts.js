// When to try for a connection: after a while, and at once when somebody is back.

const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 30_000;

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

/**
 * Calls `wake` when whoever uses the page, or the network, is back after being away.
 * @param {() => void} wake
 */
export function onReturn(wake) {
  if (typeof globalThis.addEventListener !== 'function') return;
  for (const name of ['online', 'pageshow', 'focus']) globalThis.addEventListener(name, wake);
  globalThis.document?.addEventListener('visibilitychange', () => {
    if (globalThis.document.visibilityState === 'visible') wake();
  });
}
