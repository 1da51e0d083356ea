// The address: which room is open, and what of it. `#/` is the list, `#/r/ROOM` a room, `#/r/ROOM/SEQ` a message in it,
// `#/r/ROOM/t/SEQ` a thread, `#/r/ROOM/info` its details, `#/join/ROOM/TOKEN` an invitation.

import { afterStep } from '../ui/overlays.js';

/**
 * @typedef {{ kind: 'list' }
 *   | { kind: 'room', id: string, seq: number, panel: { kind: 'thread', seq: number } | { kind: 'info' } | null }
 *   | { kind: 'join', id: string, token: string }} Place
 */

/**
 * @param {string} hash
 * @returns {Place}
 */
export function placeOf(hash) {
  const [kind, id = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (kind === 'join' && id) return { kind, id, token: rest[0] ?? '' };
  if (kind !== 'r' || !id) return { kind: 'list' };
  const seq = Number(rest[0]) || 0;
  if (rest[0] === 't' && Number(rest[1])) return { kind: 'room', id, seq: 0, panel: { kind: 'thread', seq: Number(rest[1]) } };
  return { kind: 'room', id, seq, panel: rest[0] === 'info' ? { kind: 'info' } : null };
}

/** The list of rooms. */
export const LIST = '#/';

/**
 * @param {string} id
 * @param {string | number} [part] a message's number, `t/…`, `info`
 */
export function roomHash(id, part) {
  return `#/r/${encodeURIComponent(id)}${part ? `/${part}` : ''}`;
}

/** The way through the history of the browser. `onchange` is called where the address is another one. */
export class Address {
  #onchange;
  #listening = new AbortController();

  /** @param {() => void} onchange */
  constructor(onchange) {
    this.#onchange = onchange;
    addEventListener('popstate', () => onchange(), { signal: this.#listening.signal });
  }

  stop() {
    this.#listening.abort();
  }

  /**
   * Goes on to another place, and remembers from where. What lay over the page has had its turn.
   * @param {string} hash
   */
  go(hash) {
    afterStep(() => this.#go(hash));
  }

  #go(hash) {
    const from = location.hash || LIST;
    if (history.state?.overlay) history.replaceState({ from }, '', hash);
    else if (from !== hash) history.pushState({ from }, '', hash);
    this.#onchange();
  }

  /**
   * Goes back to a place: in the history, if that is where one came from, so that the browser's own Back does not lead
   * here again.
   * @param {string} hash
   */
  leaveFor(hash) {
    if (history.state?.from === hash && !history.state.overlay) history.back();
    else this.replace(hash);
  }

  /**
   * Is at another place, without a step in the history.
   * @param {string} hash
   */
  replace(hash, isSilent = false) {
    history.replaceState(history.state, '', hash);
    if (!isSilent) this.#onchange();
  }
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
