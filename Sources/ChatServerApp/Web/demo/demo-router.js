// Which conversation is open, as part of the address (`#/<room>`), so that reload and the browser's back button work.

export class Router extends EventTarget {
  /** Whether the list of rooms is the page before this one in the tab's history. */
  #isListBefore = false;
  /** On the way back to the list, which takes a moment: another step back would lead out of the page. */
  #isGoingBack = false;
  #shown;

  constructor() {
    super();
    this.#shown = this.roomId;
    addEventListener('hashchange', () => this.#moved());
  }

  /** The open room's id, or null for the list. */
  get roomId() {
    const match = /^#\/(.+)$/.exec(location.hash);
    try {
      return match ? decodeURIComponent(match[1]) : null;
    } catch {
      return null;
    }
  }

  static hrefOf(roomId) {
    return `#/${encodeURIComponent(roomId)}`;
  }

  showRoom(roomId) {
    location.hash = Router.hrefOf(roomId);
  }

  showList() {
    if (this.roomId === null) return;
    if (!this.#isListBefore) {
      location.replace('#/');
    } else if (!this.#isGoingBack) {
      this.#isGoingBack = true;
      history.back();
    }
  }

  #moved() {
    const roomId = this.roomId;
    this.#isGoingBack = false;
    this.#isListBefore = this.#shown === null && roomId !== null;
    this.#shown = roomId;
    this.dispatchEvent(new Event('change'));
  }
}
