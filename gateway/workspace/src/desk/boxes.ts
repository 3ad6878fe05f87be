import { createStore } from "zustand/vanilla";
import type { Ask } from "./ask";
import {
  begin,
  type Draft,
  due,
  dueIn,
  edit,
  emptied,
  emptyDraft,
  failed,
  heard,
  sent,
  settle,
  stored,
  unsaved,
} from "./draft";
import { DraftShelf, fateOf, type ShelvedDraft } from "./draftshelf";
import type { AttachedFile } from "./files";

/** A chat's reply box: the text, the files, the message it answers. */
export interface Box {
  readonly draft: Draft;
  readonly files: readonly AttachedFile[];
  readonly replyTo: string | null;
}

export const emptyBox: Box = { draft: emptyDraft, files: [], replyTo: null };

/** What the boxes must know of the page around them. */
export interface Around {
  /** The draft that the server keeps of a chat, as far as is known. */
  readonly kept: (chat: string) => string;
  readonly customer: (chat: string) => string;
  /** Position of the newest message of a chat. */
  readonly newest: (chat: string) => number;
  /** The texts this operator has sent from another page or device behind a position. */
  readonly sentSince: (chat: string, position: number) => readonly string[];
  /** Takes a text for which there is no box: its chat is gone, or its box has another text by now. */
  readonly leftOver: (draft: ShelvedDraft, why: "ended" | "elsewhere") => void;
}

/** How long a draft that the server did not take is left alone, in milliseconds. */
const rest = 3_000;
/** How long what the feed says of a draft may still be older than what was stored from here. */
const echoWithin = 1_000;

/**
 * The reply boxes of all chats, with drafts kept on the server (S36). What the server has not taken yet stands in the
 * browser's storage besides, so that neither a break nor a crash takes a typed word.
 */
export class Boxes {
  readonly store = createStore<ReadonlyMap<string, Box>>(() => new Map());
  private readonly ask: Ask;
  private readonly storage: Storage;
  private readonly around: Around;
  /** How often a text was changed here. */
  edits = 0;
  private shelf: DraftShelf;
  private operator = "";
  private timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What was stored from here and has not come back on the feed, by chat. */
  private echoes = new Map<string, { readonly text: string; readonly until: number }>();
  /** What was last told to the server, by chat; after a break nobody knows whether it has heard it. */
  private told = new Map<string, string>();

  constructor(ask: Ask, storage: Storage, around: Around) {
    this.ask = ask;
    this.storage = storage;
    this.around = around;
    this.shelf = new DraftShelf(storage, "");
  }

  /** The boxes belong to this operator from now on; those of another are forgotten. */
  belongTo(operator: string): void {
    if (operator === this.operator) return;
    this.operator = operator;
    this.shelf = new DraftShelf(this.storage, operator);
    for (const t of this.timers.values()) clearTimeout(t);
    this.timers.clear();
    this.echoes.clear();
    this.told.clear();
    this.store.setState(new Map(), true);
  }

  of(chat: string): Box {
    return this.store.getState().get(chat) ?? emptyBox;
  }

  edit(chat: string, text: string): void {
    this.edits++;
    this.change(chat, (b) => ({ ...b, draft: edit(b.draft, text, Date.now()) }));
    this.remember(chat);
    this.look(chat, dueIn(this.of(chat).draft, Date.now()));
  }

  attach(chat: string, files: readonly AttachedFile[]): void {
    this.change(chat, (b) => ({ ...b, files }));
  }

  /** A file of a box has got further; one that is not in it any more changes nothing. */
  progressed(chat: string, file: AttachedFile): void {
    const files = this.of(chat).files;
    if (files.some((f) => f.key === file.key)) {
      this.attach(
        chat,
        files.map((f) => (f.key === file.key ? file : f)),
      );
    }
  }

  answer(chat: string, message: string | null): void {
    this.change(chat, (b) => ({ ...b, replyTo: message }));
  }

  /** What stood in the box is on its way: the box is empty. */
  sent(chat: string): void {
    this.change(chat, (b) => ({ draft: sent(b.draft, Date.now()), files: [], replyTo: null }));
    this.remember(chat);
    this.look(chat, dueIn(this.of(chat).draft, Date.now()));
  }

  /**
   * A message of the chat reached the server, perhaps after several tries, and took the draft there along: what has been
   * typed since it was sent is stored again.
   */
  emptied(chat: string): void {
    if (!this.store.getState().has(chat)) return;
    this.change(chat, (b) => ({ ...b, draft: emptied(b.draft) }));
    this.remember(chat);
    if (this.around.kept(chat) !== "") this.echoes.set(chat, { text: "", until: Date.now() + echoWithin });
    const now = this.of(chat).draft;
    if (unsaved(now)) this.await(chat, dueIn(now, Date.now()));
  }

  /** Brings a box in line with the server's word: called for a chat that is new here or has changed. */
  heard(chat: string): void {
    if (!this.store.getState().has(chat)) this.recover(chat);
    const kept = this.around.kept(chat);
    if (this.older(chat, kept)) {
      this.await(chat, settle);
      return;
    }
    const before = this.of(chat).draft;
    const now = heard(before, kept, Date.now());
    if (now !== before) {
      this.change(chat, (b) => ({ ...b, draft: now }));
      this.remember(chat);
    }
    if (unsaved(now)) this.await(chat, dueIn(now, Date.now()));
    else if (now.text === now.saved && now.text !== kept) this.await(chat, settle);
  }

  /** Stores every draft at once: the connection is back, or the page is about to go. */
  flush(): void {
    for (const [chat, box] of this.store.getState()) if (unsaved(box.draft)) void this.save(chat);
  }

  /** The chat is over: its box goes. */
  close(chat: string): void {
    clearTimeout(this.timers.get(chat));
    this.timers.delete(chat);
    this.echoes.delete(chat);
    this.told.delete(chat);
    this.shelf.drop(chat);
    const next = new Map(this.store.getState());
    next.delete(chat);
    this.store.setState(next, true);
  }

  /** Gives back what earlier pages left of chats that have gone meanwhile. */
  sweep(here: (chat: string) => boolean): void {
    for (const left of this.shelf.all()) {
      if (here(left.chat)) continue;
      this.around.leftOver(left, "ended");
      this.shelf.drop(left.chat);
    }
  }

  /** Takes up what an earlier page could not store, unless the reply has gone on elsewhere. */
  private recover(chat: string): void {
    const server = this.around.kept(chat);
    const left = this.shelf.get(chat);
    const fate = left === null ? "done" : fateOf(left, server, this.around.sentSince(chat, left.position));
    const text = left !== null && fate === "stands" ? left.text : server;
    this.change(chat, (b) => ({ ...b, draft: { ...emptyDraft, text, saved: server } }));
    if (left !== null && fate === "offered") this.around.leftOver(left, "elsewhere");
    if (fate !== "stands") this.shelf.drop(chat);
  }

  /** Whether the feed is behind what was stored from here: the reply to a request overtakes it. */
  private older(chat: string, kept: string): boolean {
    const echo = this.echoes.get(chat);
    if (echo === undefined) return false;
    if (kept !== echo.text && Date.now() < echo.until) return true;
    this.echoes.delete(chat);
    return false;
  }

  /** Looks at a box later: to store it, or to take over what has come meanwhile. */
  private look(chat: string, after: number): void {
    clearTimeout(this.timers.get(chat));
    this.timers.set(
      chat,
      setTimeout(
        () => {
          this.timers.delete(chat);
          if (due(this.of(chat).draft, Date.now())) void this.save(chat);
          else this.heard(chat);
        },
        Math.max(0, after),
      ),
    );
  }

  /** As look, but not later than what is planned: a chat that changes all the time must not put its draft off for ever. */
  private await(chat: string, after: number): void {
    if (!this.timers.has(chat)) this.look(chat, after);
  }

  private async save(chat: string): Promise<void> {
    this.change(chat, (b) => ({ ...b, draft: begin(b.draft) }));
    const operator = this.operator;
    const text = this.of(chat).draft.text;
    this.told.set(chat, text);
    this.remember(chat);
    let taken = true;
    try {
      await this.ask("chat.draft", { chat, text });
    } catch {
      // A break or a busy server: the storage has the text meanwhile, and a hello flushes earlier.
      taken = false;
    }
    if (operator !== this.operator || !this.store.getState().has(chat)) return;
    this.change(chat, (b) => ({ ...b, draft: taken ? stored(b.draft) : failed(b.draft) }));
    if (!taken) {
      this.await(chat, rest);
      return;
    }
    if (this.around.kept(chat) !== text) this.echoes.set(chat, { text, until: Date.now() + echoWithin });
    this.remember(chat);
    const now = this.of(chat).draft;
    if (unsaved(now)) this.await(chat, dueIn(now, Date.now()));
    else this.await(chat, settle);
  }

  private remember(chat: string): void {
    const { text, saved, saving } = this.of(chat).draft;
    if (text === saved && saving === null) {
      this.shelf.drop(chat);
      return;
    }
    const { customer, newest } = this.around;
    const bases = [saved, this.told.get(chat) ?? saved];
    this.shelf.put({ chat, text, bases, position: newest(chat), name: customer(chat) });
  }

  private change(chat: string, f: (b: Box) => Box): void {
    const all = this.store.getState();
    const before = all.get(chat) ?? emptyBox;
    const after = f(before);
    if (after !== before || !all.has(chat)) this.store.setState(new Map(all).set(chat, after), true);
  }
}
