import type { Full, Message } from "../protocol/frames.gen";

/** What has been read page by page so far. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** Where the next page begins, as the server understands it; null at the end. */
  readonly next: string | null;
}

export const noPages: Pages<never> = { items: [], next: null };

/** Earlier chats with one page more. A chat that is completed between two pages moves them: none is shown twice. */
export function withChats(
  before: Pages<Full>,
  page: readonly Full[],
  next: string | null,
  except: string,
): Pages<Full> {
  const here = new Set(before.items.map((c) => c.id)).add(except);
  return { items: [...before.items, ...page.filter((c) => !here.has(c.id))], next };
}

/** Messages with the page above them; the next one ends before the oldest. */
export function withOlder(before: Pages<Message>, page: readonly Message[], more: boolean): Pages<Message> {
  const here = new Set(before.items.map((m) => m.id));
  const items = [...page.filter((m) => !here.has(m.id)), ...before.items];
  return { items, next: more ? (items[0]?.id ?? null) : null };
}
