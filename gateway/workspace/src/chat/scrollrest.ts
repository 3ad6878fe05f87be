/**
 * When older messages may be put above what is in sight. From then on the list keeps that in its place, until it finds
 * that nobody scrolls any more; it looks 150 ms after the last movement. A look that fell between the new messages and
 * the frame that measures them would end it too early: what is in sight would jump by as much as lines above it change.
 * So new messages come when the list has looked, or right after a movement, which puts its next look off.
 */
export class ScrollRest {
  private moving = false;
  private waiting: (() => void)[] = [];

  /** Something has moved; the list will look later. */
  moved(): void {
    this.moving = true;
    this.release();
  }

  /** The list has looked: nothing moves. */
  ended(): void {
    this.moving = false;
    this.release();
  }

  /** Resolves when messages may come. */
  moment(): Promise<void> {
    return this.moving ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
