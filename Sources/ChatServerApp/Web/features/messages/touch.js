// What fingers do with a message: a long press opens what can be done with it, a swipe replies.

const PRESS_MS = 450;
const MOVED_PX = 10;
/** So far replies; further it does not go. */
const REPLY_PX = 56;
const SWIPE_MAX_PX = 72;

export class Touch {
  #options;
  /** The finger that is down, and on what. @type {{ id: number, x: number, y: number, element: any, moved: number } | null} */
  #down = null;
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  /** The click that ends a press or a swipe is none. */
  #isDone = false;

  /**
   * @param {HTMLElement} list
   * @param {{ press: (element: any, at: { x: number, y: number }) => void, swipe: (element: any) => void, maySwipe: (element: any) => boolean }} options
   */
  constructor(list, options) {
    this.#options = options;
    list.addEventListener('pointerdown', (event) => this.#began(event));
    list.addEventListener('pointermove', (event) => this.#moved(event));
    list.addEventListener('pointerup', () => this.#ended(true));
    // The browser has taken the finger: it scrolls.
    list.addEventListener('pointercancel', () => this.#ended(false));
    list.addEventListener('click', (event) => {
      if (!this.#isDone) return;
      this.#isDone = false;
      event.preventDefault();
      event.stopPropagation();
    }, true);
  }

  #began(event) {
    this.#ended(false);
    this.#isDone = false;
    const element = event.target.closest('.message');
    if (event.pointerType !== 'touch' || !event.isPrimary || !element || event.target.closest('pre')) return;
    this.#down = { id: event.pointerId, x: event.clientX, y: event.clientY, element, moved: 0 };
    this.#timer = setTimeout(() => {
      const down = this.#down;
      this.#down = null;
      if (!down) return;
      this.#isDone = true;
      navigator.vibrate?.(10);
      this.#options.press(down.element, { x: down.x, y: down.y });
    }, PRESS_MS);
  }

  #moved(event) {
    const down = this.#down;
    if (!down || event.pointerId !== down.id) return;
    const x = event.clientX - down.x;
    if (Math.hypot(x, event.clientY - down.y) > MOVED_PX) clearTimeout(this.#timer);
    if (down.moved === 0 && (Math.abs(x) < MOVED_PX || Math.abs(event.clientY - down.y) > Math.abs(x) || !this.#options.maySwipe(down.element))) return;
    down.moved = Math.max(1, Math.min(SWIPE_MAX_PX, x));
    down.element.classList.toggle('is-swiped', down.moved >= REPLY_PX);
    down.element.style.setProperty('--swipe', `${down.moved}px`);
  }

  #ended(isLifted) {
    clearTimeout(this.#timer);
    const down = this.#down;
    this.#down = null;
    if (!down || down.moved === 0) return;
    this.#isDone = true;
    down.element.classList.remove('is-swiped');
    down.element.style.removeProperty('--swipe');
    if (isLifted && down.moved >= REPLY_PX) this.#options.swipe(down.element);
  }
}
