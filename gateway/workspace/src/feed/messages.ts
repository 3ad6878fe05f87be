import type { Message } from "../protocol/frames.gen";

/** Messages in the newest window of a snapshot or an assigned chat; a full window says that older ones may exist. */
export const windowSize = 50;

/**
 * Puts a new message into a chat's list by its position, behind the messages of parents. One that is here already came
 * with the reply to chat.send; of the two states the one further on its way stays.
 */
export function put(list: readonly Message[], chat: string, message: Message): readonly Message[] {
  if (newest(list, chat, message)) return [...list, message];
  const at = indexOf(list, message.id);
  const here = list[at];
  if (here !== undefined) return list.with(at, further(here, message) ? here : message);
  if (message.chat !== chat) return list;
  return list.toSpliced(place(list, chat, message.position), 0, message);
}

/** Whether a message comes behind all that is here: nearly all do, so nothing is looked for. */
function newest(list: readonly Message[], chat: string, message: Message): boolean {
  const last = list[list.length - 1];
  return last !== undefined && message.chat === chat && last.chat === chat && last.position < message.position;
}

/**
 * Puts a message that a reply told of, if it is not here: what a reply says may be older than what pushes have said
 * since. One older than all of the chat that is here is read by page: it would leave a hole.
 */
export function putIfNew(list: readonly Message[], chat: string, message: Message): readonly Message[] {
  if (message.chat !== chat || indexOf(list, message.id) >= 0) return list;
  const at = place(list, chat, message.position);
  return at < list.length && (at === 0 || list[at - 1]?.chat !== chat) ? list : list.toSpliced(at, 0, message);
}

/** Puts a changed message in the place of what it was; one that is not here is older than all that is, or a stranger. */
export function amend(list: readonly Message[], message: Message): readonly Message[] {
  const at = indexOf(list, message.id);
  return at < 0 || list[at] === message ? list : list.with(at, message);
}

/** Where a message of a chat belongs, counted from the end: there most of them do. */
function place(list: readonly Message[], chat: string, position: number): number {
  let at = list.length;
  for (; at > 0; at--) {
    const before = list[at - 1];
    if (before === undefined || before.chat !== chat || before.position < position) break;
  }
  return at;
}

const way: readonly Message["state"][] = [null, "queued", "sent", "delivered", "read"];

function further(a: Message, b: Message): boolean {
  return way.indexOf(a.state) > way.indexOf(b.state) && way.includes(b.state);
}

/** The newest messages change most: looked for from the end. */
export function indexOf(list: readonly Message[], id: string): number {
  for (let i = list.length - 1; i >= 0; i--) {
    if (list[i]?.id === id) return i;
  }
  return -1;
}

/**
 * Puts a page in front of the message at an index, before which it was read. What is here of it from sure on stays as it
 * is, because pushes keep it true; what is older may have changed, and the page is right. older counts the messages here
 * that the page does not reach.
 */
export function prepend(
  list: readonly Message[],
  at: number,
  page: readonly Message[],
  sure: number,
): { messages: readonly Message[]; older: number } {
  const first = page[0];
  const older = first === undefined ? at : Math.max(0, indexOf(list, first.id));
  const here = new Map(list.slice(sure, at).map((m) => [m.id, m]));
  return { messages: [...list.slice(0, older), ...page.map((m) => here.get(m.id) ?? m), ...list.slice(at)], older };
}

/**
 * Joins what was read before a break with the newest window of a snapshot. They are joined only where they touch; if
 * messages are missing between them the older part goes, and is read by page when somebody scrolls there.
 */
export function rejoin(before: readonly Message[], window: readonly Message[]): readonly Message[] {
  const first = window[0];
  if (first === undefined) return window;
  const at = indexOf(before, first.id);
  const last = before[at - 1];
  return last !== undefined && follows(last, first) ? [...before.slice(0, at), ...window] : window;
}

/** Within a chat positions rise by one; a reply to chat.send may have been put in before what comes between. */
function follows(a: Message, b: Message): boolean {
  return a.chat !== b.chat || a.position + 1 === b.position;
}
