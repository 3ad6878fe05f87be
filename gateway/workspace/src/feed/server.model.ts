import type {
  Assigned,
  Full,
  Hello,
  HistoryReply,
  Message,
  Push,
  Pushes,
  PushType,
  Row,
  Self,
} from "../protocol/frames.gen";
import { windowSize } from "./messages";

/** One chat on the server, with the positions of its customer's messages that nobody has read. */
interface Kept {
  row: Row;
  owner: boolean; // the operator whose feed this is
  draft: string;
  similar: number;
  readTo: number;
  child: string | null;
  reason: Full["reason"];
  own: Message[];
  parents: readonly string[]; // oldest first
}

/**
 * What the server does to one operator's feed, as actors/feed.go does it: every change is a numbered push, and a
 * snapshot or a page can be had at any moment. For tests of the reducer.
 */
export class ModelServer {
  epoch = 1;
  readonly log: Push[] = [];
  private readonly kept = new Map<string, Kept>();
  private offers: string[] = [];
  private mine: string[] = [];
  private gone: string[] = [];
  private waiting: Record<string, number> = {};
  private me: Self = {
    id: "anna",
    name: "Anna",
    preferred: "inactive",
    effective: "inactive",
    reason: "session",
    load: 0,
    limit: 5,
  };
  private conversations = 0;
  private sends = 0;
  private owed: (() => void)[] = [];

  get seq(): number {
    return this.log.length;
  }

  /** What is said of the end of chats that snapshots show no more already. */
  settle(): void {
    for (const push of this.owed.splice(0)) push();
  }

  offer(texts: number): void {
    const id = this.begin(null, "waiting", texts);
    this.offers.push(id);
    this.push("chat.offered", { chat: this.get(id).row });
  }

  touchOffer(pick: number): void {
    const k = this.picked(this.offers, pick);
    if (k === undefined) return;
    this.write(k, "in");
    this.push("chat.updated", { chat: this.full(k) });
  }

  withdraw(pick: number): void {
    const k = this.picked(this.offers, pick);
    if (k === undefined) return;
    this.offers = this.offers.filter((id) => id !== k.row.id);
    this.push("chat.withdrawn", { chat: k.row.id, reason: "taken", by: { id: "boris", name: "Boris" } });
  }

  accept(pick: number): void {
    const k = this.picked(this.offers, pick);
    if (k === undefined) return;
    this.offers = this.offers.filter((id) => id !== k.row.id);
    this.grant(k, "accepted");
  }

  /** A chat comes from elsewhere, with so many messages behind it. */
  receive(texts: number): void {
    const parent = this.begin(null, "completed", texts);
    this.grant(this.get(this.begin(parent, "waiting", texts % 3)), "transferred");
  }

  /** A chat that was handed on comes back as its child. */
  takeBack(pick: number): void {
    const k = this.picked(this.gone, pick);
    if (k === undefined || k.child === null || this.kept.has(k.child)) return;
    this.grant(this.get(this.begin(k.row.id, "waiting", 1)), "transferred");
  }

  say(pick: number, direction: "in" | "out", times: number): void {
    const k = this.picked(this.mine, pick);
    if (k === undefined) return;
    for (let i = 0; i < times; i++) this.push("chat.message", { chat: k.row.id, message: this.write(k, direction) });
  }

  /** chat.send with a client id; gives the message as it is now. */
  send(chat: string, clientId: string): Message | undefined {
    const k = this.kept.get(chat);
    if (k === undefined || !this.mine.includes(chat)) return undefined;
    const again = k.own.find((m) => m.client_id === clientId);
    if (again !== undefined) return again;
    const drafted = k.draft !== "";
    k.draft = "";
    const message = this.write(k, "out", clientId);
    if (drafted) this.push("chat.updated", { chat: this.full(k) });
    this.push("chat.message", { chat, message });
    return message;
  }

  /** Changes one of the messages that the owner of a chat may read, counted from the newest. */
  change(pick: number, back: number, how: number): void {
    const k = this.picked(this.mine, pick);
    if (k === undefined) return;
    const all = this.history(k);
    const m = all[all.length - 1 - (back % Math.max(1, all.length))];
    if (m === undefined) return;
    const now = changed(m, how);
    if (now === m) return;
    const own = this.get(m.chat).own;
    own[m.position - 1] = now;
    this.push("chat.message_updated", { chat: m.chat, message: now });
  }

  read(pick: number, back: number): void {
    const k = this.picked(this.mine, pick);
    if (k === undefined) return;
    const before = unread(k);
    k.readTo = Math.max(k.readTo, k.own.length - back);
    if (unread(k) !== before) this.push("chat.updated", { chat: this.full(k) });
  }

  keepDraft(pick: number, text: string): void {
    const k = this.picked(this.mine, pick);
    if (k === undefined || k.draft === text) return;
    k.draft = text;
    this.push("chat.updated", { chat: this.full(k) });
  }

  /** The end of a chat; late says that a snapshot knows it before the push comes. */
  end(pick: number, transfer: boolean, late: boolean): void {
    const k = this.picked(this.mine, pick);
    if (k === undefined) return;
    const chat = k.row.id;
    this.mine = this.mine.filter((id) => id !== chat);
    this.gone.push(chat);
    k.reason = transfer ? "transfer" : "operator";
    k.child = transfer ? nextChat(chat) : null;
    const push = () =>
      this.push("chat.completed", { chat, reason: transfer ? "transfer" : "operator", child: k.child });
    if (late) this.owed.push(push);
    else push();
  }

  count(queue: number, n: number): void {
    this.waiting = { ...this.waiting, [`q${queue}`]: n };
    this.push("queue.waiting", { waiting: this.waiting });
  }

  status(active: boolean): void {
    const now = active ? "active" : "inactive";
    this.me = {
      ...this.me,
      preferred: now,
      effective: now,
      reason: active ? "chosen" : "offer_expired",
      load: this.mine.length,
    };
    const { id: _id, name: _name, ...told } = this.me;
    this.push("operator.status", told);
  }

  hello(): Hello {
    return {
      type: "hello",
      epoch: String(this.epoch),
      seq: this.seq,
      resumed: false,
      snapshot: {
        operator: this.me,
        offers: this.offers.map((id) => this.get(id).row),
        waiting: this.waiting,
        chats: this.mine.map((id) => this.shown(this.get(id))),
      },
    };
  }

  page(chat: string, before: string): HistoryReply {
    const all = this.history(this.get(chat));
    const at = all.findIndex((m) => m.id === before);
    const from = Math.max(0, at - windowSize);
    return { messages: all.slice(from, at), more: from > 0 };
  }

  /** Everything that may be read in a chat, oldest first. */
  all(chat: string): readonly Message[] {
    return this.history(this.get(chat));
  }

  unread(chat: string): number {
    return unread(this.get(chat));
  }

  full(k: Kept): Full {
    return {
      ...k.row,
      state: k.owner ? "in_progress" : k.row.state,
      unread: unread(k),
      owner: k.owner ? { id: "anna", name: "Anna" } : null,
      accepted_at: null,
      completed_at: null,
      reason: k.reason,
      last_at: null,
      window_closes_at: null,
      draft: k.draft,
      similar: k.similar,
      thread_control: "ours",
      child: k.child,
      last_position: k.own.length,
    };
  }

  private shown(k: Kept): Assigned {
    return { chat: this.full(k), messages: this.history(k).slice(-windowSize) };
  }

  private grant(k: Kept, why: Pushes["chat.assigned"]["why"]): void {
    k.owner = true;
    this.mine.push(k.row.id);
    this.push("chat.assigned", { ...this.shown(k), why });
  }

  private begin(parent: string | null, state: Row["state"], texts: number): string {
    const conversation = parent === null ? `c${++this.conversations}` : parent.slice(0, parent.indexOf("."));
    const id = parent === null ? `${conversation}.1` : nextChat(parent);
    const row: Row = {
      id,
      conversation,
      contact: { id: conversation, name: conversation, photo: null },
      channel: { id: "tg", provider: "telegram", name: "Bot" },
      queue: { id: "q1", name: "One" },
      state,
      created_at: "2026-01-01T00:00:00Z",
      preview: "",
      parent,
      deadline: null,
      unread: 0,
    };
    const parents = parent === null ? [] : [...this.get(parent).parents, parent];
    const k: Kept = {
      row,
      owner: false,
      draft: "",
      similar: 0,
      readTo: 0,
      child: null,
      reason: null,
      own: [],
      parents,
    };
    this.kept.set(id, k);
    if (parent !== null) this.get(parent).child = id;
    for (let i = 0; i < texts; i++) this.write(k, i % 3 === 2 ? "out" : "in");
    return id;
  }

  private write(k: Kept, direction: "in" | "out", clientId: string | null = null): Message {
    const position = k.own.length + 1;
    const message: Message = {
      id: `${k.row.id}.${position}`,
      position,
      chat: k.row.id,
      at: "2026-01-01T00:00:00Z",
      direction,
      author:
        direction === "in" ? { kind: "customer", id: "p", name: "P" } : { kind: "operator", id: "anna", name: "A" },
      text: `${++this.sends}`,
      attachments: [],
      reply_to: null,
      state: direction === "in" ? null : "queued",
      error: null,
      client_id: clientId,
      edited: false,
      deleted: false,
      reactions: [],
      kind: "",
    };
    k.own.push(message);
    if (direction === "in") k.row = { ...k.row, preview: message.text };
    k.row = { ...k.row, unread: unread(k) };
    return message;
  }

  private history(k: Kept): readonly Message[] {
    return [...k.parents.map((id) => this.get(id)), k].flatMap((p) => p.own);
  }

  private picked(list: readonly string[], pick: number): Kept | undefined {
    const id = list[pick % Math.max(1, list.length)];
    return id === undefined ? undefined : this.get(id);
  }

  private get(id: string): Kept {
    const k = this.kept.get(id);
    if (k === undefined) throw new Error(`no chat ${id}`);
    return k;
  }

  private push<T extends PushType>(type: T, data: Pushes[T]): void {
    this.log.push({ seq: this.seq + 1, type, data } as Push);
  }
}

function unread(k: Kept): number {
  return k.own.filter((m) => m.direction === "in" && m.position > k.readTo).length;
}

function nextChat(id: string): string {
  const [conversation, number] = id.split(".");
  return `${conversation}.${Number(number) + 1}`;
}

const ways: Record<string, readonly Message["state"][]> = {
  queued: ["sent", "failed", "unknown"],
  sent: ["delivered", "read", "failed"],
  delivered: ["read"],
  failed: ["delivered", "queued"],
  unknown: ["delivered", "failed", "queued"],
};

/** A message moved on, edited, deleted, reacted to, or with a file that has arrived. */
function changed(m: Message, how: number): Message {
  if (m.direction === "out") {
    const to = ways[m.state ?? ""]?.[how % 3];
    return to === undefined ? m : { ...m, state: to, error: to === "failed" ? { code: "x", text: "no" } : null };
  }
  if (how % 4 === 0) return { ...m, text: `${m.text}'`, edited: true };
  if (how % 4 === 1) return m.deleted ? m : { ...m, deleted: true };
  if (how % 4 === 2) return { ...m, reactions: [...m.reactions, { by: "customer", emoji: "👍" }] };
  const file = { id: m.id, name: "a", mime: "image/png", size: 1, lat: null, lon: null, card: null };
  return { ...m, attachments: [{ ...file, kind: "image", state: m.attachments.length === 0 ? "pending" : "stored" }] };
}
