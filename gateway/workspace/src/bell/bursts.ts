/** How close two sounds of one kind may follow each other, in milliseconds. */
export const apart = 1_500;

/** Collapses bursts: what comes close behind its like is not heard again. Times are Unix milliseconds. */
export class Bursts<Kind> {
  private last = new Map<Kind, number>();

  /** Whether this one is to be heard. */
  lets(kind: Kind, now: number): boolean {
    const last = this.last.get(kind);
    // A clock that was set back must not silence anything.
    if (last !== undefined && now >= last && now - last < apart) return false;
    this.last.set(kind, now);
    return true;
  }
}
