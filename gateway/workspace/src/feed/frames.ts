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

/** What of the browser is needed. */
export interface Screen {
  readonly visible: () => boolean;
  /** Calls back in the next frame. */
  readonly frame: (call: () => void) => void;
  /** Calls back for each key, press and change of a text, as it happens. */
  readonly pressed: (call: () => void) => void;
}

/** Pieces of work in the order in which they were asked for, one a frame. */
export class Frames {
  private readonly screen: Screen;
  private readonly waiting: Piece[] = [];
  private unseen = 0; // keys and presses whose frame has not been
  private yielded = false;

  constructor(screen: Screen) {
    this.screen = screen;
    screen.pressed(() => {
      this.unseen++;
      screen.frame(() => setTimeout(() => this.unseen--)); // behind the frame that shows it
    });
  }

  ask(piece: Piece): void {
    this.waiting.push(piece);
    if (this.waiting.length === 1) this.next();
  }

  private next(): void {
    let done = false;
    const once = () => {
      if (done) return;
      done = true;
      this.turn();
    };
    const visible = this.screen.visible();
    if (visible) this.screen.frame(once);
    setTimeout(once, visible ? frameAtMost : hiddenPause);
  }

  private turn(): void {
    // Keys that come faster than frames keep nothing waiting: of two frames one is for what came.
    this.yielded = this.unseen > 0 && !this.yielded;
    try {
      if (!this.yielded) this.waiting.shift()?.();
    } finally {
      if (this.waiting.length > 0) this.next(); // whatever became of this piece
    }
  }
}

/** The browser's screen. */
export const screen: Screen = {
  visible: () => document.visibilityState === "visible",
  frame: (call) => requestAnimationFrame(call),
  pressed: (call) => {
    for (const kind of ["keydown", "input", "click"]) {
      window.addEventListener(kind, call, { capture: true, passive: true });
    }
  },
};
