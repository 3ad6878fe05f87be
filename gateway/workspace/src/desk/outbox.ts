import { createStore } from "zustand/vanilla";
import { Refused } from "../protocol/connection";
import type { Message } from "../protocol/frames.gen";
import type { Ask } from "./ask";
import { type Pending, PendingShelf, passing } from "./pending";

/** The largest frame that the server takes has 64 KiB; a larger one ends the connection. In bytes, with room for its head. */
const largest = 64 * 1024 - 256;

/** How long a busy server is left alone, in milliseconds. */
const rest = 1_500;

/**
 * Messages on their way to the server. Those of one chat go one after another, so that they stand in the order in which
 * they were written; each is repeated with its client id until the server has it or has refused it.
 */
export class Outbox {
  /** By chat, oldest first. */
  readonly store = createStore<ReadonlyMap<string, readonly Pending[]>>(() => new Map());
  private readonly ask: Ask;
  private readonly taken: (m: Message) => void;
  private readonly refused: (p: Pending) => void;
  private shelf: PendingShelf | null = null;
  private operator = "";
  private going = new Set<string>();
  private timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** taken is told of a message that the server has, refused of one that it does not take. */
  constructor(ask: Ask, taken: (m: Message) => void, refused: (p: Pending) => void = () => {}) {
    this.ask = ask;
    this.taken = taken;
    this.refused = refused;
  }

  /** Takes up what earlier pages of this operator left on the shelf. */
  belongTo(storage: Storage, operator: string): void {
    if (operator === this.operator) return;
    this.operator = operator;
    this.shelf = new PendingShelf(storage, operator);
    const all = new Map<string, readonly Pending[]>();
    for (const p of this.shelf.all()) all.set(p.chat, [...(all.get(p.chat) ?? []), p]);
    this.store.setState(all, true);
  }

  of(chat: string): readonly Pending[] {
    return this.store.getState().get(chat) ?? [];
  }

  send(p: Pending): void {
    this.shelf?.put(p);
    this.change(p.chat, (list) => [...list, p]);
    void this.go(p.chat);
  }

  /** Everything is tried again: the connection is there. */
  resume(): void {
    for (const chat of this.store.getState().keys()) void this.go(chat);
  }

  /** Tries a refused message once more. */
  retry(chat: string, clientId: string): void {
    const found = this.of(chat).find((p) => p.clientId === clientId);
    if (found === undefined) return;
    const again = { ...found, refused: null };
    this.shelf?.put(again);
    this.change(chat, (list) => list.map((p) => (p === found ? again : p)));
    void this.go(chat);
  }

  /** Gives a refused message up and its text back. */
  discard(chat: string, clientId: string): Pending | undefined {
    const found = this.of(chat).find((p) => p.clientId === clientId);
    this.remove(chat, clientId);
    return found;
  }

  /** Forgets what the server is known to have: its push has come, perhaps before or without the reply. True if any was. */
  settle(chat: string, has: (clientId: string) => boolean): boolean {
    const known = this.of(chat).filter((p) => has(p.clientId));
    for (const p of known) this.remove(chat, p.clientId);
    return known.length > 0;
  }

  /**
   * Another tab has changed what is stored under a key. What is on its way belongs to the tab that sends it; what was
   * refused stands in all of them, until one sends it again or gives it up.
   */
  followed(key: string): void {
    const clientId = this.shelf?.idUnder(key) ?? null;
    if (clientId === null) return;
    const now = this.shelf?.get(clientId) ?? null;
    const here = [...this.store.getState().values()].flat().find((p) => p.clientId === clientId);
    if (now !== null && now.refused !== null) {
      this.change(now.chat, (list) =>
        here === undefined ? [...list, now] : list.map((p) => (p.clientId === clientId ? now : p)),
      );
    } else if (here !== undefined && (now === null || here.refused !== null)) {
      this.forget(here.chat, clientId);
    }
  }

  private async go(chat: string): Promise<void> {
    if (this.going.has(chat)) return;
    this.going.add(chat);
    try {
      for (let next = this.next(chat); next !== undefined; next = this.next(chat)) {
        if (!(await this.attempt(next))) return;
      }
    } finally {
      this.going.delete(chat);
    }
  }

  /** A refused message stands for itself: what was written behind it goes on. */
  private next(chat: string): Pending | undefined {
    return this.of(chat).find((p) => p.refused === null);
  }

  /** Sends one message; false when nothing more can be sent now. */
  private async attempt(p: Pending): Promise<boolean> {
    const fields = {
      chat: p.chat,
      client_id: p.clientId,
      text: p.text,
      attachments: p.files.map((f) => f.id),
      ...(p.replyTo === null ? {} : { reply_to: p.replyTo }),
    };
    if (new TextEncoder().encode(JSON.stringify(fields)).length > largest) {
      this.refuse(p, "too_long");
      return true;
    }
    try {
      const { message } = await this.ask("chat.send", fields);
      this.taken(message);
      this.remove(p.chat, p.clientId);
      return true;
    } catch (e) {
      if (e instanceof Refused && !passing(e.code)) {
        this.refuse(p, e.code);
        return true;
      }
      // Busy, or nobody knows: the same client id again gives the same message. A hello tries earlier (resume).
      clearTimeout(this.timers.get(p.chat));
      this.timers.set(
        p.chat,
        setTimeout(() => void this.go(p.chat), rest),
      );
      return false;
    }
  }

  private refuse(p: Pending, code: string): void {
    const refused = { ...p, refused: code };
    this.shelf?.put(refused);
    this.change(p.chat, (list) => list.map((q) => (q.clientId === p.clientId ? refused : q)));
    this.refused(refused);
  }

  private remove(chat: string, clientId: string): void {
    this.shelf?.drop(clientId);
    this.forget(chat, clientId);
  }

  private forget(chat: string, clientId: string): void {
    this.change(chat, (list) => list.filter((p) => p.clientId !== clientId));
  }

  private change(chat: string, f: (list: readonly Pending[]) => readonly Pending[]): void {
    const all = new Map(this.store.getState());
    const list = f(all.get(chat) ?? []);
    if (list.length > 0) all.set(chat, list);
    else all.delete(chat);
    this.store.setState(all, true);
  }
}
