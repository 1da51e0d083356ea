// What somebody has read: what was on the screen of a window that they use for a second.

const READ_AFTER_MS = 1_000;

export class Seen {
  #read;
  /** Messages on the screen that are not read yet. @type {Map<number, ReturnType<typeof setTimeout>>} */
  #waiting = new Map();
  #done = 0;

  /** @param {(seq: number) => void} read */
  constructor(read) {
    this.#read = read;
  }

  /** @param {number} last the newest message on the screen @param {boolean} isLooking whether somebody uses the window */
  update(last, isLooking) {
    for (const [seq, timer] of this.#waiting) {
      if (isLooking && seq <= last) continue;
      clearTimeout(timer);
      this.#waiting.delete(seq);
    }
    if (!isLooking || last <= this.#done || this.#waiting.has(last)) return;
    this.#waiting.set(last, setTimeout(() => {
      this.#waiting.delete(last);
      this.#done = Math.max(this.#done, last);
      this.#read(last);
    }, READ_AFTER_MS));
  }

  stop() {
    this.update(0, false);
  }
}
