/** How many pages are read for one quote: a day's messages, not years. */
export const mostPages = 20;

/** How older messages come. */
export interface Back {
  /** The oldest message that is here. */
  readonly oldest: () => string | undefined;
  /** Reads the page above it; at the beginning, or when it cannot, nothing. */
  readonly older: () => Promise<void>;
}

/** Reads older pages until a message is here; false when they did not bring it, or nobody wants it any more. */
export async function seek(here: () => boolean, back: Back, wanted: () => boolean): Promise<boolean> {
  for (let page = 0; page < mostPages && !here() && wanted(); page++) {
    const before = back.oldest();
    await back.older();
    if (back.oldest() === before) break;
  }
  return here() && wanted();
}
