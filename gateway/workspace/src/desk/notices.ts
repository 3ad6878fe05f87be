import { createStore } from "zustand/vanilla";
import type { Word } from "../words/words";

/** A short word to the operator that goes by itself, unless it needs an answer. */
export interface Notice {
  readonly id: number;
  readonly tone: "info" | "good" | "bad";
  readonly word: Word;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  /** A button with what it does; such a notice stays until it is used or closed. */
  readonly action?: { readonly word: Word; readonly run: () => void } | undefined;
  /** Notices of one key replace each other. */
  readonly key?: string | undefined;
}

/** How long a notice without a button stays, in milliseconds. */
const shownFor = 7_000;
const most = 4;

export class Notices {
  readonly store = createStore<readonly Notice[]>(() => []);
  private next = 1;
  private held = false;
  private due = new Set<number>();

  tell(notice: Omit<Notice, "id">): void {
    const id = this.next++;
    const others = this.store.getState().filter((n) => notice.key === undefined || n.key !== notice.key);
    this.store.setState(thinned([...others, { ...notice, id }]), true);
    if (notice.action === undefined) setTimeout(() => this.expire(id), shownFor);
  }

  close(id: number): void {
    this.keep((n) => n.id !== id);
  }

  /** Closes the notice of a key: what it said is no longer so. */
  settle(key: string): void {
    this.keep((n) => n.key !== key);
  }

  /** Nothing goes by itself while somebody reads: the pointer or the focus is on a notice. */
  hold(held: boolean): void {
    this.held = held;
    if (held) return;
    const due = this.due;
    this.due = new Set();
    this.keep((n) => !due.has(n.id));
  }

  private expire(id: number): void {
    if (this.held) this.due.add(id);
    else this.close(id);
  }

  private keep(stays: (n: Notice) => boolean): void {
    const before = this.store.getState();
    const after = before.filter(stays);
    if (after.length !== before.length) this.store.setState(after, true);
  }
}

/** Too many at once: the oldest of those that go by themselves anyway goes; what waits for an answer stays. */
function thinned(notices: readonly Notice[]): readonly Notice[] {
  const passing = notices.findIndex((n) => n.action === undefined);
  if (notices.length <= most || passing < 0) return notices;
  return thinned(notices.toSpliced(passing, 1));
}
