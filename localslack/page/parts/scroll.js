// Keeps a list at its newest entry while the reader is there, and leaves it alone otherwise.

const NEAR = 48;

export class Scroll {
  #isAtEnd = true;

  /** `changed(isAtEnd)` is called when the newest comes in sight or goes out of it. */
  constructor(scroller, content, changed = () => {}) {
    this.scroller = scroller;
    scroller.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
      if (isAtEnd === this.#isAtEnd) return;
      this.#isAtEnd = isAtEnd;
      changed(isAtEnd);
    });
    const follow = new ResizeObserver(() => this.#isAtEnd && this.toEnd());
    follow.observe(content);
    follow.observe(scroller);
  }

  get isAtEnd() {
    return this.#isAtEnd;
  }

  toEnd() {
    this.#isAtEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }
}
