import type { Pending } from "../desk/pending";
import type { Message } from "../protocol/frames.gen";

/** One line of the message list: a message that the server has, or one on its way; with what stands above it. */
export interface Item {
  /** The same for a message on its way and once it is there, so that it is not drawn anew. */
  readonly key: string;
  readonly message: Message | null;
  readonly pending: Pending | null;
  /** Unix milliseconds, when a new day begins with this line. */
  readonly day: number | null;
  /** The chat begins here that continues the one above: it was transferred. */
  readonly continued: boolean;
  /** Follows a line of the same author within minutes: the name is not said again. */
  readonly follows: boolean;
}

/** How long lines of one author stand together, in milliseconds. */
const together = 3 * 60_000;

/**
 * The lines of a chat, oldest first. Dividers belong to the line below them and are no lines of their own, so that a page
 * put in front moves nothing.
 */
export function itemsOf(messages: readonly Message[], pending: readonly Pending[]): readonly Item[] {
  let out = known.get(messages);
  if (out === undefined) {
    out = linesOf(messages);
    known.set(messages, out);
  }
  return pending.length === 0 ? out : [...out, ...pending.map(onItsWay)];
}

/** Going from chat to chat asks for the same lines again and again. */
const known = new WeakMap<readonly Message[], readonly Item[]>();

function linesOf(messages: readonly Message[]): Item[] {
  const out: Item[] = [];
  let before: Message | null = null;
  for (const m of messages) {
    out.push({
      key: m.client_id === null ? m.id : `c:${m.client_id}`,
      message: m,
      pending: null,
      day: before === null || !sameDay(before.at, m.at) ? Date.parse(m.at) : null,
      continued: before !== null && before.chat !== m.chat,
      follows: before !== null && follows(before, m),
    });
    before = m;
  }
  return out;
}

function onItsWay(p: Pending): Item {
  return { key: `c:${p.clientId}`, message: null, pending: p, day: null, continued: false, follows: false };
}

function sameDay(a: string, b: string): boolean {
  if (a.slice(0, 16) === b.slice(0, 16)) return true; // the same minute: most neighbours, and no date to be made
  const [x, y] = [new Date(a), new Date(b)];
  return x.getDate() === y.getDate() && x.getMonth() === y.getMonth() && x.getFullYear() === y.getFullYear();
}

function follows(a: Message, b: Message): boolean {
  return (
    a.chat === b.chat &&
    a.direction === b.direction &&
    a.author.kind === b.author.kind &&
    a.author.id === b.author.id &&
    (a.at.slice(0, 16) === b.at.slice(0, 16) || (sameDay(a.at, b.at) && Date.parse(b.at) - Date.parse(a.at) < together))
  );
}
