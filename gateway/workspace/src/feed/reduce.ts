import type { Assigned, Full, Hello, Message, Push, Row, Snapshot } from "../protocol/frames.gen";
import { amend, indexOf, prepend, put, putIfNew, rejoin, windowSize } from "./messages";
import { type Desk, emptyView, passing, remembered, replaced, type View, withEntry, without } from "./view";
import { extended, opened, type Windows } from "./window";

/** What changes the view: frames of the feed, and what replies tell besides. */
export type Input = Hello | Push | Sent | Page | Trim | WindowsKnown | Forget;

/** A message that a reply to chat.send made known before its push came. */
export interface Sent {
  readonly type: "sent";
  readonly message: Message;
}

/** An older page of a chat's history; before is the message it was asked with. */
export interface Page {
  readonly type: "page";
  readonly chat: string;
  readonly before: string;
  readonly messages: readonly Message[];
  readonly more: boolean;
}

/** What is known of the channels' windows for replies. */
export interface WindowsKnown {
  readonly type: "windows";
  readonly windows: Windows;
}

/** Only the newest messages of a chat are kept from now on: what is older is read by page when somebody wants it. */
export interface Trim {
  readonly type: "trim";
  readonly chat: string;
  readonly keep: number;
}

/** The operator has left this page: nothing of his stays in it. */
export interface Forget {
  readonly type: "forget";
}

/** The view after one input. Pure: the same inputs give the same view. */
export function reduce(view: View, input: Input): View {
  switch (input.type) {
    case "hello":
      return greet(view, input);
    case "sent":
      return onDesk(view, input.message.chat, (d) => withMessages(d, putIfNew(d.messages, d.chat.id, input.message)));
    case "page":
      return paged(view, input);
    case "windows":
      return windowsKnown(view, input.windows);
    case "trim":
      return trimmed(view, input);
    case "forget":
      return { ...emptyView, windows: view.windows };
    default:
      return pushed(view, input);
  }
}

/** A hello resumes what is here, or begins anew with a snapshot. */
function greet(view: View, hello: Hello): View {
  if (hello.resumed || hello.snapshot === undefined) return view;
  return { ...snapshot(view, hello.snapshot), epoch: hello.epoch, seq: hello.seq };
}

function snapshot(view: View, s: Snapshot): View {
  const same = view.me?.id === s.operator.id;
  const before = same ? view : emptyView; // somebody else has signed in: nothing of the former stays
  const chats = new Map(s.chats.map((a) => [a.chat.id, arrived(a, before.chats.get(a.chat.id))]));
  let ended = before.ended;
  for (const [id, desk] of before.chats) {
    if (!chats.has(id)) ended = withEntry(ended, id, { ...desk, reason: null, child: null }, remembered);
  }
  for (const id of chats.keys()) ended = without(ended, id);
  return {
    ...before,
    me: s.operator,
    offers: new Map(s.offers.map((row) => [row.id, row])),
    chats,
    ended,
    passed: new Map(), // pages are asked for anew
    windows: view.windows,
    waiting: s.waiting,
  };
}

/** A chat as a snapshot or an assignment shows it, joined with what is already here of its history. */
function arrived(a: Assigned, before: Desk | undefined): Desk {
  const messages = before === undefined ? a.messages : rejoin(before.messages, a.messages);
  const longer = messages.length > a.messages.length;
  return {
    chat: a.chat,
    messages,
    more: longer && before !== undefined ? before.more : a.messages.length >= windowSize,
    stale: longer ? (a.messages[0]?.id ?? null) : null,
  };
}

/** A numbered push. One that is in the view already changes nothing; a hole is for the connection to notice. */
function pushed(view: View, push: Push): View {
  if (push.seq <= view.seq) return view;
  return { ...apply(view, push), seq: push.seq };
}

function apply(view: View, push: Push): View {
  switch (push.type) {
    case "chat.offered":
      return offered(view, push.data.chat);
    case "chat.withdrawn":
      return withdrawn(view, push.data);
    case "chat.assigned":
      return assigned(view, push.data);
    case "chat.message":
      return said(view, push.data);
    case "chat.message_updated":
      return amended(view, push.data.message);
    case "chat.updated":
      return updated(view, push.data.chat);
    case "chat.completed":
      return completed(view, push.data);
    case "queue.waiting":
      return { ...view, waiting: push.data.waiting };
    case "operator.status":
      return status(view, push.data);
    default:
      return view; // what a newer server tells besides
  }
}

function offered(view: View, row: Row): View {
  const known = view.offers.has(row.id);
  return {
    ...view,
    offers: known ? replaced(view.offers, row.id, row) : withEntry(view.offers, row.id, row),
    withdrawn: without(view.withdrawn, row.id),
  };
}

function withdrawn(view: View, d: { chat: string; reason: string; by: { id: string; name: string } | null }): View {
  const row = view.offers.get(d.chat);
  if (row === undefined) return view;
  return {
    ...view,
    offers: without(view.offers, d.chat),
    withdrawn: withEntry(view.withdrawn, d.chat, { row, reason: d.reason, by: d.by }, remembered),
  };
}

function assigned(view: View, a: Assigned): View {
  return {
    ...view,
    offers: without(view.offers, a.chat.id),
    ended: without(view.ended, a.chat.id),
    chats: withEntry(view.chats, a.chat.id, arrived(a, view.chats.get(a.chat.id))),
  };
}

/** A new message. In a chat that has ended it may be the last of several that were missed: then it stays out. */
function said(view: View, { chat, message }: { chat: string; message: Message }): View {
  const end = view.ended.get(chat);
  if (end !== undefined && newestOf(end) + 1 === message.position) {
    const messages = put(end.messages, chat, message);
    return { ...view, ended: replaced(view.ended, chat, { ...end, messages }) };
  }
  return onDesk(view, chat, (d) => extended(withMessages(d, put(d.messages, chat, message)), message, view.windows));
}

function newestOf(d: Desk): number {
  return d.messages.findLast((m) => m.chat === d.chat.id)?.position ?? 0;
}

/**
 * A changed message: it stands in the list of its chat, and in those of the chats that continue it. A page that was read
 * before the change may be on its way: the change is kept for that.
 */
function amended(view: View, message: Message): View {
  return {
    ...view,
    chats: amendedIn(view.chats, message),
    ended: amendedIn(view.ended, message),
    passed: withEntry(view.passed, message.id, message, passing),
  };
}

function amendedIn<D extends Desk>(desks: ReadonlyMap<string, D>, message: Message): ReadonlyMap<string, D> {
  let out = desks;
  for (const [id, desk] of desks) {
    if (id !== message.chat && desk.chat.parent === null) continue;
    const messages = amend(desk.messages, message);
    if (messages !== desk.messages) out = replaced(out, id, { ...desk, messages });
  }
  return out;
}

/** A chat that changed; also the row of a waiting one. */
function updated(view: View, chat: Full): View {
  const row = view.offers.get(chat.id);
  const out =
    row === undefined
      ? view
      : { ...view, offers: replaced(view.offers, chat.id, { ...chat, deadline: chat.deadline ?? row.deadline }) };
  return onDesk(out, chat.id, (d) => opened({ ...d, chat }, view.windows));
}

/** The end of a chat; a snapshot may have shown it no more before the word of its end comes. */
function completed(view: View, d: { chat: string; reason: string; child: string | null }): View {
  const desk = view.chats.get(d.chat) ?? view.ended.get(d.chat);
  const out = { ...view, offers: without(view.offers, d.chat), chats: without(view.chats, d.chat) };
  if (desk === undefined) return out;
  return { ...out, ended: withEntry(view.ended, d.chat, { ...desk, reason: d.reason, child: d.child }, remembered) };
}

function status(
  view: View,
  d: { preferred: string; effective: string; reason: string; load: number; limit: number },
): View {
  if (view.me === null) return view;
  return { ...view, me: { ...view.me, ...d } as View["me"] };
}

/** An older page; it counts only where it still meets what is here. */
function paged(view: View, page: Page): View {
  const read = page.messages.map((m) => view.passed.get(m.id) ?? m);
  const turn = <D extends Desk>(d: D): D => {
    const at = indexOf(d.messages, page.before);
    if (at < 0) return d;
    const sure = d.stale === null ? 0 : indexOf(d.messages, d.stale);
    const { messages, older } = prepend(d.messages, at, read, sure);
    const more = older === 0 ? page.more : d.more;
    if (at < sure || older >= sure) return { ...d, messages, more }; // it does not touch what is sure, or is in it
    return { ...d, messages, more, stale: older === 0 ? null : (read[0]?.id ?? d.stale) };
  };
  const ended = view.ended.get(page.chat);
  const out = ended === undefined ? view : { ...view, ended: replaced(view.ended, page.chat, turn(ended)) };
  return onDesk(out, page.chat, turn);
}

function trimmed(view: View, { chat, keep }: Trim): View {
  const cut = <D extends Desk>(d: D): D => {
    if (d.messages.length <= keep) return d;
    const messages = d.messages.slice(-keep);
    const stale = d.stale !== null && indexOf(messages, d.stale) > 0 ? d.stale : null;
    return { ...d, messages, more: true, stale };
  };
  const ended = view.ended.get(chat);
  const out = ended === undefined ? view : { ...view, ended: replaced(view.ended, chat, cut(ended)) };
  return onDesk(out, chat, cut);
}

function windowsKnown(view: View, windows: Windows): View {
  const chats = new Map([...view.chats].map(([id, d]) => [id, opened(d, windows)]));
  return { ...view, windows, chats };
}

function onDesk(view: View, chat: string, change: (d: Desk) => Desk): View {
  const desk = view.chats.get(chat);
  if (desk === undefined) return view;
  const next = change(desk);
  return next === desk ? view : { ...view, chats: replaced(view.chats, chat, next) };
}

function withMessages(d: Desk, messages: readonly Message[]): Desk {
  return messages === d.messages ? d : { ...d, messages };
}
