/**
 * The frames of the screen, in which what came is shown. Whoever types goes first: a frame that shows a key shows nothing
 * else, and of what waits each frame shows one piece, so that no key waits behind all of it.
 */

/** A piece of work that waits for its frame. */
type Piece = () => void;

/** A hidden page paints nothing, so it has no frames to wait for; milliseconds. */
const hiddenPause = 50;

/** After so long a frame that has not come is not waited for: the page may have been hidden in the meantime; milliseconds. */
const frameAtMost = 250;

/** A key or press that is older has been shown; milliseconds. */
const freshFor = 100;

/** What of the browser is needed. */
export interface Screen {
  readonly visible: () => boolean;
  /** Calls back in the next frame. */
  readonly frame: (call: () => void) => void;
  /** Calls back for each key, press and change of a text, as it happens. */
  readonly touched: (call: () => void) => void;
}

/** Pieces of work in the order in which they were asked for, one a frame. */
export class Frames {
  private readonly screen: Screen;
  private readonly waiting: Piece[] = [];
  private touchedAt = Number.NEGATIVE_INFINITY;
  private yielded = false;

  constructor(screen: Screen) {
    this.screen = screen;
    screen.touched(() => {
      this.touchedAt = performance.now();
    });
  }

  ask(piece: Piece): void {
    this.waiting.push(piece);
    if (this.waiting.length === 1) this.next();
  }

  private next(): void {
    let done = false;
    const once = () => {
      if (!done) this.turn();
      done = true;
    };
    const visible = this.screen.visible();
    if (visible) this.screen.frame(once);
    setTimeout(once, visible ? frameAtMost : hiddenPause);
  }

  private turn(): void {
    const fresh = performance.now() - this.touchedAt < freshFor;
    this.touchedAt = Number.NEGATIVE_INFINITY;
    // Keys that come faster than frames keep nothing waiting: of two frames one is for what came.
    this.yielded = fresh && !this.yielded;
    if (!this.yielded) this.waiting.shift()?.();
    if (this.waiting.length > 0) this.next();
  }
}

/** The browser's screen. */
export const screen: Screen = {
  visible: () => document.visibilityState === "visible",
  frame: (call) => requestAnimationFrame(call),
  touched: (call) => {
    for (const kind of ["keydown", "pointerdown", "input"]) {
      window.addEventListener(kind, call, { capture: true, passive: true });
    }
  },
};
