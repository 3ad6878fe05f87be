import { createStore, type StoreApi } from "zustand/vanilla";
import { paced, type Schedule } from "./paced";
import { type Input, reduce } from "./reduce";
import { emptyView, type View } from "./view";

/** The view with its one way in. */
export interface Feed {
  readonly store: StoreApi<View>;
  /**
   * The view for lists and counts: in a storm it follows at a slower pace, and in other frames than the chat in sight; at
   * once where the operator has accepted, finished, handed over or declined a chat, or set the status.
   */
  readonly listed: Pick<StoreApi<View>, "getState" | "getInitialState" | "subscribe">;
  /** Takes an input; what comes within one frame of the screen changes the view once. */
  take(input: Input): void;
  /** Brings what has been taken into the view now. */
  flush(): void;
}

/**
 * How long the view stands between two changes, in milliseconds: a lone event is shown in the next frame, of a storm
 * twenty states a second, so that the page has the rest of its time for whoever types.
 */
const stands = 50;

/** The same for lists: nobody reads a row that changes more often. */
const listsStand = 200;

export interface FeedOptions {
  /** Brings work to a frame of the screen. */
  readonly schedule: Schedule;
  /** What came could not be understood and has not been taken in: only a snapshot helps. */
  readonly broken?: () => void;
}

/**
 * What an operator does with rows, here or on another device: a chat becomes his or is his no more, he declines an offer,
 * his status changes. A chat that has opened and a row that still offers it must not be seen together.
 */
function deed(now: View, before: View): boolean {
  if (now.me?.preferred !== before.me?.preferred) return true;
  if (now.withdrawn !== before.withdrawn) {
    for (const [id, w] of now.withdrawn) if (w.reason === "declined" && !before.withdrawn.has(id)) return true;
  }
  if (now.chats === before.chats) return false;
  return now.chats.size !== before.chats.size || [...now.chats.keys()].some((id) => !before.chats.has(id));
}

/** A feed of its own. */
export function createFeed({ schedule, broken }: FeedOptions): Feed {
  const store = createStore<View>(() => emptyView);
  let waiting: Input[] = [];
  const change = () => {
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
  const soon = paced(stands, schedule);
  let asked = false;
  const take = (input: Input) => {
    waiting.push(input);
    if (asked) return;
    asked = true;
    soon(() => {
      asked = false;
      change();
    });
  };

  const listed = createStore<View>(() => emptyView);
  const list = () => listed.setState(store.getState(), true);
  const soonListed = paced(listsStand, schedule, (run) => run());
  let behind = false;
  store.subscribe((now, before) => {
    if (deed(now, before)) list();
    if (behind) return;
    behind = true;
    soonListed(() => {
      behind = false;
      list();
    });
  });
  const flush = () => {
    change();
    list();
  };
  return { store, listed, take, flush };
}
