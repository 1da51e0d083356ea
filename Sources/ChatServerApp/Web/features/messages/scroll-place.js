// Where a list of messages is scrolled to, and how it stays there while it is drawn: before, a message and where it is on
// the screen are remembered; after, the list scrolls so that it is there again, or to the end, if that is where the reader
// was.

const END_PX = 48;
/** Of a message that is reached, so much is seen. */
const SEEN_PX = 12;

export class ScrollPlace {
  isAtEnd = true;
  #scroller;
  #list;
  /** Where the list was scrolled to when it was last looked at. */
  #top = 0;

  constructor(scroller, list) {
    this.#scroller = scroller;
    this.#list = list;
  }

  get pxAbove() {
    return this.#scroller.scrollTop;
  }

  get pxBelow() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  toEnd() {
    this.isAtEnd = true;
    if (this.pxBelow > 0) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  /** Brings an element so far below the upper edge. */
  toElement(element, top) {
    const moved = element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - top;
    if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
  }

  measure() {
    this.isAtEnd = this.pxBelow < END_PX;
    this.#top = this.#scroller.scrollTop;
  }

  /**
   * Somebody has scrolled up, and the event that says so is still to come: what happens meanwhile must not take them
   * back to the end.
   */
  look() {
    if (this.isAtEnd && this.#scroller.scrollTop < this.#top - 1) this.measure();
  }

  /** The first message on the screen, and how far below the upper edge it is. */
  anchor() {
    const { top } = this.#scroller.getBoundingClientRect();
    const { children } = this.#list;
    let index = firstWhere(children.length, (at) => children[at].getBoundingClientRect().bottom > top);
    // A separator may go when what is above it comes.
    while (children[index] && !children[index].row) index += 1;
    const element = children[index];
    return element ? { element, top: element.getBoundingClientRect().top - top } : null;
  }

  restore({ element, top }) {
    if (element.isConnected) this.toElement(element, top);
  }

  /** The newest message of which something is on the screen, by its number. */
  lastSeen() {
    const { bottom } = this.#scroller.getBoundingClientRect();
    const rows = [...this.#list.children].filter(({ dataset }) => dataset.seq);
    const after = firstWhere(rows.length, (at) => rows[at].getBoundingClientRect().top + SEEN_PX >= bottom);
    return Number(rows[after - 1]?.dataset.seq ?? 0);
  }

  /** Whether an element ends above what is on the screen. */
  isAbove(element) {
    return element.getBoundingClientRect().bottom < this.#scroller.getBoundingClientRect().top;
  }
}

/** The first index for which `test` holds; it holds for all behind it. */
function firstWhere(count, test) {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
