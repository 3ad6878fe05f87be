import type { Hello, Message, Push } from "../protocol/frames.gen";
import { windowSize } from "./messages";
import { type Input, reduce } from "./reduce";
import type { ModelServer } from "./server.model";
import { emptyView, type View } from "./view";

/**
 * An operator's page against the model server: pushes come in order but late, replies come when they like, connections
 * break anywhere and are resumed or begin anew. For tests of the reducer.
 */
export class ModelPage {
  view: View = emptyView;
  private readonly server: ModelServer;
  private readonly watch: (before: View, now: View) => void;
  private offset = 0; // of this epoch's numbers in the server's log
  private replies: Input[] = [];
  private epochs = 0;

  constructor(server: ModelServer, watch: (before: View, now: View) => void = () => {}) {
    this.server = server;
    this.watch = watch;
    this.snapshot(true);
  }

  /** Lets so many pushes come. */
  hear(most: number): void {
    for (let i = 0; i < most && this.view.seq + this.offset < this.server.seq; i++) this.push(this.view.seq + 1);
  }

  hearAll(): void {
    this.hear(Number.POSITIVE_INFINITY);
  }

  /** Lets the oldest reply come, before the pushes that are on their way. */
  replied(): void {
    const next = this.replies.shift();
    if (next !== undefined) this.take(next);
  }

  send(pick: number, clientId: string): void {
    const chat = picked([...this.view.chats.keys()], pick);
    const message = chat === undefined ? undefined : this.server.send(chat, clientId);
    if (message !== undefined) this.replies.push({ type: "sent", message });
  }

  /** Asks for a page above the first message of a chat, or above its newest window. */
  ask(pick: number, refresh: boolean): void {
    const chat = picked([...this.view.chats.keys(), ...this.view.ended.keys()], pick);
    const messages = this.messages(chat ?? "");
    const before = refresh ? messages.at(-windowSize) : messages[0];
    if (chat !== undefined && before !== undefined) this.askBefore(chat, before.id);
  }

  /** Lets go what is older than the newest messages of a chat. */
  trim(pick: number, keep: number): void {
    const chat = picked([...this.view.chats.keys()], pick);
    if (chat !== undefined) this.take({ type: "trim", chat, keep });
  }

  /** The connection breaks: replies are lost, pushes come again or a snapshot in their place. */
  cut(how: "resume" | "snapshot" | "restart", twice: number): void {
    this.replies = [];
    if (how === "resume") this.take({ type: "hello", epoch: this.view.epoch, seq: this.view.seq, resumed: true });
    else this.snapshot(how === "restart");
    for (let seq = Math.max(1, this.view.seq - twice + 1); seq <= this.view.seq; seq++) this.push(seq);
  }

  /** Reads all again that is stale, as desk/chats.ts does after a snapshot. */
  refresh(): void {
    this.replies = [];
    for (const chat of this.view.chats.keys()) {
      const stale = () => this.view.chats.get(chat)?.stale ?? null;
      for (let before = stale(); before !== null; before = stale()) {
        this.askBefore(chat, before);
        this.replied();
        if (stale() === before) throw new Error(`what is before ${before} stays stale`);
      }
    }
  }

  private askBefore(chat: string, before: string): void {
    this.replies.push({ type: "page", chat, before, ...this.server.page(chat, before) });
  }

  private messages(chat: string): readonly Message[] {
    return (this.view.chats.get(chat) ?? this.view.ended.get(chat))?.messages ?? [];
  }

  private snapshot(restart: boolean): void {
    if (restart) {
      this.offset = this.server.seq;
      this.epochs++;
    }
    const hello: Hello = { ...this.server.hello(), epoch: `e${this.epochs}`, seq: this.server.seq - this.offset };
    this.take(hello);
  }

  private push(seq: number): void {
    const push = this.server.log[seq + this.offset - 1];
    if (push !== undefined) this.take({ ...push, seq } as Push);
  }

  private take(input: Input): void {
    const before = this.view;
    this.view = reduce(before, input);
    this.watch(before, this.view);
  }
}

function picked(list: readonly string[], pick: number): string | undefined {
  return list[pick % Math.max(1, list.length)];
}
