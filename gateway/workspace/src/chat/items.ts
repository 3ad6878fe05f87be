import type { Pending } from "../desk/pending";
import type { Message } from "../protocol/frames.gen";
import { awaited, type Sender } from "./awaited";

/** One line of the message list: a message that the server has, or one on its way; with what stands above it. */
export interface Item {
  /** The same for a message on its way and once it is there, so that it is not drawn anew. */
  readonly key: string;
  /** As the server has it, or as it will have it. */
  readonly message: Message;
  /** Not null while it is on its way. */
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
 * put in front moves nothing. What is on its way stands under the same rules as what is there: nothing moves when it is.
 */
export function itemsOf(messages: readonly Message[], pending: readonly Pending[], sender: Sender): readonly Item[] {
  const there = linesOf(messages);
  if (pending.length === 0) return there;
  const out = [...there];
  for (const p of pending) {
    const before = out[out.length - 1]?.message ?? null;
    out.push(lineOf(before, awaited(p, sender, before), p));
  }
  return out;
}

/** Going from chat to chat asks for the same lines again and again. */
const known = new WeakMap<readonly Message[], readonly Item[]>();

/** The lines of messages that are there. */
export function linesOf(messages: readonly Message[]): readonly Item[] {
  let out = known.get(messages);
  if (out === undefined) {
    out = messages.map((m, i) => lineOf(messages[i - 1] ?? null, m, null));
    known.set(messages, out);
  }
  return out;
}

function lineOf(before: Message | null, m: Message, pending: Pending | null): Item {
  return {
    key: m.client_id === null ? m.id : `c:${m.client_id}`,
    message: m,
    pending,
    day: before === null || !sameDay(before.at, m.at) ? Date.parse(m.at) : null,
    continued: before !== null && before.chat !== m.chat,
    follows: before !== null && follows(before, m),
  };
}

/** Whether two lines look the same. What is on its way is described anew each time something is said. */
export function sameItem(a: Item, b: Item): boolean {
  return (
    a.pending === b.pending &&
    (a.pending !== null || a.message === b.message) &&
    a.day === b.day &&
    a.continued === b.continued &&
    a.follows === b.follows
  );
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
    (a.author.id === b.author.id || a.author.kind === "customer") && // a chat has one, who has no id before he is known
    (a.at.slice(0, 16) === b.at.slice(0, 16) || (sameDay(a.at, b.at) && Date.parse(b.at) - Date.parse(a.at) < together))
  );
}
