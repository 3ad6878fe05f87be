/**
 * One of several tabs does a thing for all of them, for as long as it lives. The browser's lock says which: it goes on
 * to the next tab the moment its holder closes, crashes or steps back, so a dead tab mutes nobody.
 *
 * Browsers give Web Locks to secure pages only (https, or the own machine). Elsewhere every tab leads: a sound heard
 * twice is better than none.
 */
export class Lead {
  private readonly name: string;
  private readonly locks: LockManager | null;
  private wanted: AbortController | null = null;
  private leave: (() => void) | null = null;

  constructor(name: string, locks: LockManager | null = globalThis.navigator?.locks ?? null) {
    this.name = name;
    this.locks = locks;
  }

  get leads(): boolean {
    return this.leave !== null;
  }

  /** Leads if nobody does, else as soon as the others are gone. Resolves when it is known whether this tab leads now. */
  async stand(): Promise<void> {
    if (this.wanted !== null) return;
    const wanted = new AbortController();
    this.wanted = wanted;
    if (this.locks === null) {
      this.leave = () => {};
      return;
    }
    const locks = this.locks;
    await new Promise<void>((known) => {
      const queue = () => {
        known();
        if (wanted.signal.aborted) return;
        locks.request(this.name, { signal: wanted.signal }, () => this.hold(wanted)).catch(() => {});
      };
      locks
        .request(this.name, { ifAvailable: true }, (lock) => {
          if (lock === null) return queue();
          const held = this.hold(wanted);
          known();
          return held;
        })
        .catch(known);
    });
  }

  /** Leads no more, and does not want to. */
  stepBack(): void {
    this.wanted?.abort();
    this.wanted = null;
    this.leave?.();
    this.leave = null;
  }

  private hold(wanted: AbortController): Promise<void> {
    if (wanted.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.leave = resolve;
    });
  }
}
