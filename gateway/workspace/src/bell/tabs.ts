/** Where one tab of the workspace looks. */
export interface Look {
  readonly tab: string;
  /** The tab is seen and has the focus. */
  readonly inView: boolean;
  /** The chat that is open in it. */
  readonly open: string | null;
}

/** What the tabs together look at. */
export interface Looks {
  readonly inView: boolean;
  /** Chats that somebody has open before his eyes. */
  readonly open: ReadonlySet<string>;
}

/** A tab in view says so this often, and is believed this long: one that crashed must not keep the others silent. */
const beat = 4_000;
export const believed = 10_000;

/** Joins what the tabs have said; heard are the times at which they said it. */
export function together(
  own: Look,
  others: Iterable<{ readonly look: Look; readonly heard: number }>,
  now: number,
): Looks {
  const seen = own.inView ? [own] : [];
  for (const { look, heard } of others) if (look.inView && now - heard < believed) seen.push(look);
  return { inView: seen.length > 0, open: new Set(seen.flatMap((l) => l.open ?? [])) };
}

type Said = Look | { readonly asks: string };

/** The tabs of this browser, telling each other where they look. */
export class Tabs {
  private readonly changed: () => void;
  private readonly others = new Map<string, { look: Look; heard: number }>();
  private readonly line = new BroadcastChannel("parley.bell");
  private own: Look = { tab: crypto.randomUUID(), inView: inView(), open: null };

  /** changed is called when it may have become another picture. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  start(): void {
    this.line.onmessage = (e: MessageEvent<Said>) => this.hear(e.data);
    const look = () => this.set({ inView: inView() });
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    window.addEventListener("blur", look);
    window.addEventListener("pageshow", look);
    window.addEventListener("pagehide", () => this.set({ inView: false }));
    setInterval(() => this.own.inView && this.say(this.own), beat);
    this.say({ asks: this.own.tab });
    this.say(this.own);
  }

  opened(chat: string | null): void {
    this.set({ open: chat });
  }

  get looks(): Looks {
    return together(this.own, this.others.values(), Date.now());
  }

  private set(part: Partial<Look>): void {
    const next = { ...this.own, ...part };
    if (next.inView === this.own.inView && next.open === this.own.open) return;
    this.own = next;
    this.say(next);
    this.changed();
  }

  private hear(said: Said): void {
    if ("asks" in said) {
      this.say(this.own);
      return;
    }
    if (said.inView) this.others.set(said.tab, { look: said, heard: Date.now() });
    else this.others.delete(said.tab);
    this.changed();
  }

  private say(said: Said): void {
    this.line.postMessage(said);
  }
}

function inView(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
