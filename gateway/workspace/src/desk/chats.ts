import { madeInactive, newestPosition, unreadOf } from "../feed/derive";
import { windowSize } from "../feed/messages";
import type { View } from "../feed/view";
import { Interrupted, Refused } from "../protocol/connection";
import type { ChatTransfer, StatusSet, TargetsReply } from "../protocol/frames.gen";
import { mostFiles } from "./files";
import { type Pending, passing } from "./pending";
import { refusal } from "./refusal";
import type { Workspace } from "./workspace";

/** How long a busy server is left alone before history is read again, in milliseconds. */
const rest = 2_000;

/** How many messages of a chat are held, and how many more may gather before the oldest go. */
const held = 1_000;
const heldBeyond = 250;

/** The notice of a chat that was accepted and not opened. */
const acceptedKey = (chat: string) => `accepted:${chat}`;

/** What an operator does with chats, with the words for what was refused. */
export class Chats {
  private readonly w: Workspace;
  private reading = new Set<string>();
  private accepting = new Set<string>();
  /** Chats that are being finished here: what stands in their boxes is given up knowingly. */
  private finishing = new Set<string>();
  /** Chats whose mark of what was read was lost with the connection. */
  private unmarked = new Set<string>();
  /** The open chat, while its end is out of sight: somebody reads what is older. */
  private looksBack: string | null = null;
  /** Chat to open as soon as the view has it: accepted or transferred to oneself. */
  private expected: string | null = null;
  /** How often something had been typed when that was asked for. */
  private editsThen = 0;

  constructor(w: Workspace) {
    this.w = w;
  }

  open(chat: string | null): void {
    this.expected = null;
    if (chat !== null) this.w.notices.settle(acceptedKey(chat));
    if (this.w.local.getState().open !== chat) this.w.local.setState({ open: chat, overlay: false });
  }

  async setStatus(status: StatusSet["status"]): Promise<void> {
    try {
      await this.w.ask("status.set", { status });
      if (status === "active") this.w.notices.settle("inactive");
    } catch (e) {
      this.complain(e);
    }
  }

  /** Accepts an offer and opens the chat. */
  async accept(chat: string): Promise<void> {
    if (this.accepting.has(chat)) return;
    this.accepting.add(chat);
    this.expected = chat;
    this.editsThen = this.w.boxes.edits;
    try {
      await this.w.ask("chat.accept", { chat });
      this.followed(this.w.view, this.w.view);
    } catch (e) {
      if (this.expected === chat && e instanceof Refused) this.expected = null;
      this.complain(e);
    } finally {
      this.accepting.delete(chat);
    }
  }

  async decline(chat: string): Promise<void> {
    await this.tried(() => this.w.ask("chat.decline", { chat }));
  }

  async finish(chat: string): Promise<void> {
    this.finishing.add(chat);
    if (!(await this.tried(() => this.w.ask("chat.finish", { chat })))) this.finishing.delete(chat);
  }

  async retry(chat: string, message: string): Promise<void> {
    await this.tried(() => this.w.ask("chat.retry", { chat, message }));
  }

  targets(chat: string): Promise<TargetsReply> {
    return this.w.ask("transfer.targets", { chat });
  }

  /** Hands a chat over; throws when it was refused, so that the dialog stays with the reason. */
  async transfer(chat: string, to: ChatTransfer["to"], note: string): Promise<void> {
    await this.w.ask("chat.transfer", { chat, to, note });
    if (this.w.local.getState().open === chat) this.open(null);
  }

  /** Sends what stands in the reply box; files must be uploaded. */
  send(chat: string): void {
    const box = this.w.boxes.of(chat);
    const text = box.draft.text.trim();
    const files = box.files.flatMap((f) => (f.uploaded === null ? [] : [f.uploaded]));
    if ((text === "" && files.length === 0) || files.length !== box.files.length || files.length > mostFiles) return;
    this.w.outbox.send({
      clientId: crypto.randomUUID(),
      chat,
      text,
      files,
      replyTo: box.replyTo,
      to: this.w.customer(chat),
      at: Date.now(),
      refused: null,
    });
    for (const f of box.files) this.w.uploads.drop(f);
    this.w.boxes.sent(chat);
  }

  /** Puts a message that was refused back into the reply box, before what stands there. */
  takeBack(chat: string, clientId: string): void {
    const p = this.w.outbox.discard(chat, clientId);
    if (p === undefined) return;
    if (!this.w.view.chats.has(chat)) {
      this.keepRefused(p); // a chat that is over has no reply box
      return;
    }
    const box = this.w.boxes.of(chat);
    this.w.boxes.edit(chat, [p.text, box.draft.text].filter((t) => t !== "").join("\n"));
    this.w.boxes.attach(chat, [...p.files.map((f) => this.w.uploads.restore(f)), ...box.files]);
    if (box.replyTo === null) this.w.boxes.answer(chat, p.replyTo);
  }

  /** A message was refused. The open chat shows it; whoever looks elsewhere is told. */
  undelivered(p: Pending): void {
    const desk = this.w.view.chats.get(p.chat) ?? this.w.view.ended.get(p.chat);
    if (desk !== undefined) {
      if (this.w.local.getState().open === p.chat) return;
      this.w.notices.tell({
        tone: "bad",
        key: `refused:${p.chat}`,
        word: "composer.notSentTo",
        values: { name: desk.chat.contact.name },
        action: { word: "composer.showChat", run: () => this.open(p.chat) },
      });
      return;
    }
    this.keepRefused(p);
    this.w.outbox.discard(p.chat, p.clientId);
  }

  private keepRefused(p: Pending): void {
    const { chat, text } = p;
    const name = this.w.customer(chat) || (p.to ?? "");
    this.w.leftOvers.keep({ chat, why: "refused", name, text, files: p.files.map((f) => f.name) }, p.clientId);
  }

  /** The operator has seen the newest message of a chat. */
  async read(chat: string): Promise<void> {
    const desk = this.w.view.chats.get(chat);
    if (desk === undefined) return;
    const position = newestPosition(desk);
    const readTo = this.w.local.getState().readTo;
    if (position === 0 || unreadOf(desk, readTo.get(chat)) === 0) return;
    this.w.local.setState({ readTo: new Map(readTo).set(chat, position) });
    await this.tellRead(chat, position);
  }

  private async tellRead(chat: string, position: number): Promise<void> {
    try {
      await this.w.ask("chat.read", { chat, position });
    } catch (e) {
      if (e instanceof Interrupted) {
        this.unmarked.add(chat); // it has been seen all the same
        return;
      }
      // The next look at the chat says it again.
      const now = new Map(this.w.local.getState().readTo);
      now.delete(chat);
      this.w.local.setState({ readTo: now });
    }
  }

  /** Tells again what was read, where the connection broke before the server had heard it. */
  mark(): void {
    const lost = this.unmarked;
    this.unmarked = new Set();
    for (const chat of lost) {
      const position = this.w.local.getState().readTo.get(chat);
      if (position !== undefined && this.w.view.chats.has(chat)) void this.tellRead(chat, position);
    }
  }

  /** Where somebody looks in the open chat: at its end, or at what is older. */
  looks(chat: string, atEnd: boolean): void {
    if (!atEnd) this.looksBack = chat;
    else if (this.looksBack === chat) this.looksBack = null;
  }

  /** Lets go what is older than anybody reads: a day's messages of all chats need not stay in memory. */
  trim(chat: string, length: number): void {
    if (length <= held + heldBeyond || (this.looksBack === chat && this.w.local.getState().open === chat)) return;
    this.w.feed.take({ type: "trim", chat, keep: held });
  }

  /** Reads the page above what is here; it is put there at a moment that suits whoever shows it. */
  async older(chat: string, moment: () => Promise<void>): Promise<void> {
    const desk = this.w.view.chats.get(chat) ?? this.w.view.ended.get(chat);
    const first = desk?.messages[0];
    if (first === undefined || desk?.more !== true || this.reading.has(chat)) return;
    this.reading.add(chat);
    try {
      await this.page(chat, first.id, moment);
    } catch (e) {
      if (!(e instanceof Interrupted)) this.complain(e);
    } finally {
      this.reading.delete(chat);
    }
  }

  /** Reads again what was here before a snapshot and may have changed since. */
  refresh(): void {
    for (const [id, desk] of this.w.view.chats) if (desk.stale !== null) void this.reread(id);
  }

  private async reread(chat: string): Promise<void> {
    if (this.reading.has(chat)) return;
    this.reading.add(chat);
    const stale = () => this.w.view.chats.get(chat)?.stale ?? null;
    try {
      for (let before = stale(), last = null as string | null; before !== null && before !== last; before = stale()) {
        last = before;
        await this.page(chat, before);
      }
    } catch (e) {
      // After a break the next hello begins again.
      if (e instanceof Refused && passing(e.code)) setTimeout(() => this.refresh(), rest);
    } finally {
      this.reading.delete(chat);
    }
  }

  private async page(chat: string, before: string, moment?: () => Promise<void>): Promise<void> {
    const { messages, more } = await this.w.ask("chat.history", { chat, before, limit: windowSize });
    if (moment !== undefined) {
      const { standing } = this.w.local.getState();
      await moment();
      // A break meanwhile may have brought a snapshot that is newer than what was read.
      if (this.w.local.getState().standing !== standing) throw new Interrupted();
    }
    this.w.feed.take({ type: "page", chat, before, messages, more });
    this.w.feed.flush();
  }

  /** A chat is no longer this operator's: what was typed is not thrown away silently. */
  left(chat: string, name: string): void {
    if (this.w.local.getState().open !== chat) this.w.feed.take({ type: "trim", chat, keep: windowSize });
    const { draft, files } = this.w.boxes.of(chat);
    for (const f of files) this.w.uploads.drop(f);
    this.w.boxes.close(chat);
    if (this.finishing.delete(chat)) return;
    // Who has finished it in another tab gave up what stood there: the draft that the server has, and none of these files.
    const seen = this.w.view.ended.get(chat)?.reason === "operator" && draft.text === draft.saved;
    this.w.leftOvers.keep({
      chat,
      why: "ended",
      name,
      text: seen ? "" : draft.text,
      files: files.map((f) => f.name),
    });
  }

  /** Opens what was accepted, as soon as it is there; not under the hands of somebody who went on typing elsewhere. */
  followed(now: View, before: View): void {
    const accepted = this.expected === null ? undefined : now.chats.get(this.expected)?.chat;
    if (accepted !== undefined) {
      const { open } = this.w.local.getState();
      const typesOn = open !== null && now.chats.has(open) && this.w.boxes.edits !== this.editsThen;
      if (typesOn) this.offerToOpen(accepted.id, accepted.contact.name);
      else this.open(accepted.id);
    } else if (this.expected !== null && before.offers.has(this.expected) && !now.offers.has(this.expected)) {
      this.expected = null; // it went to somebody else
    }
    if (madeInactive(now, before)) {
      this.w.notices.tell({
        tone: "bad",
        key: "inactive",
        word: "status.madeInactive",
        action: { word: "status.backToActive", run: () => void this.setStatus("active") },
      });
    }
    if (now.me?.preferred === "active" && before.me?.preferred !== "active") this.w.notices.settle("inactive");
  }

  private offerToOpen(chat: string, name: string): void {
    this.expected = null;
    this.w.notices.tell({
      tone: "good",
      key: acceptedKey(chat),
      word: "lists.acceptedMeanwhile",
      values: { name },
      action: { word: "composer.showChat", run: () => this.open(chat) },
    });
  }

  private async tried(f: () => Promise<unknown>): Promise<boolean> {
    try {
      await f();
      return true;
    } catch (e) {
      this.complain(e);
      return false;
    }
  }

  private complain(e: unknown): void {
    if (e instanceof Refused) {
      this.w.notices.tell({ tone: "bad", word: refusal(e.code), values: { by: e.by?.name ?? "" } });
    } else {
      this.w.notices.tell({ tone: "bad", word: "refused.interrupted", key: "interrupted" });
    }
  }
}
