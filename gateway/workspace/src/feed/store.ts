import { createStore, type StoreApi } from "zustand/vanilla";
import { type Input, reduce } from "./reduce";
import { emptyView, type View } from "./view";

/** The view with its one way in. */
export interface Feed {
  readonly store: StoreApi<View>;
  /** Takes an input; what comes within one frame of the screen changes the view once. */
  take(input: Input): void;
  /** Brings what has been taken into the view now. */
  flush(): void;
}

/** A hidden page paints nothing, so it has no frames to wait for. */
const hiddenPause = 50;

/**
 * How long the view stands between two changes, in milliseconds: a lone event is shown in the next frame, of a storm
 * twenty states a second, so that the page has the rest of its time for whoever types.
 */
const stands = 50;

export interface FeedOptions {
  /** When what has been taken goes into the view; unless told with the frames of the screen. */
  readonly schedule?: (run: () => void) => void;
  /** What came could not be understood and has not been taken in: only a snapshot helps. */
  readonly broken?: () => void;
}

/** A feed of its own. */
export function createFeed({ schedule = frames(), broken }: FeedOptions = {}): Feed {
  const store = createStore<View>(() => emptyView);
  let waiting: Input[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const inputs = waiting;
    waiting = [];
    let view: View;
    try {
      view = inputs.reduce(reduce, store.getState());
    } catch {
      broken?.();
      return;
    }
    store.setState(view, true);
  };
  const take = (input: Input) => {
    waiting.push(input);
    if (waiting.length === 1) schedule(flush);
  };
  return { store, take, flush };
}

/** Gives a schedule that follows the screen. */
function frames(): (run: () => void) => void {
  let changed = Number.NEGATIVE_INFINITY;
  return (change) => {
    const run = () => {
      changed = performance.now();
      change();
    };
    const rest = changed + stands - performance.now();
    if (rest > 0) setTimeout(() => soon(run), rest);
    else soon(run);
  };
}

function soon(run: () => void): void {
  if (typeof document !== "undefined" && document.visibilityState === "visible") {
    // A page that is hidden before its next frame would wait for it as long as it is hidden.
    let done = false;
    const once = () => {
      if (!done) run();
      done = true;
    };
    requestAnimationFrame(once);
    setTimeout(once, hiddenPause);
    return;
  }
  setTimeout(run, hiddenPause);
}
