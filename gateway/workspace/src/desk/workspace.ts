import type { CacheSnapshot } from "virtua";
import { createStore } from "zustand/vanilla";
import { Sound } from "../bell/sound";
import { newestPosition, unreadOf } from "../feed/derive";
import type { Schedule } from "../feed/paced";
import { createFeed, type Feed } from "../feed/store";
import type { View } from "../feed/view";
import { Connection, type Standing } from "../protocol/connection";
import type { Target } from "../protocol/frames.gen";
import { type ChannelInfo, rest, socketAddress } from "../protocol/rest";
import type { Ask } from "./ask";
import { Boxes } from "./boxes";
import { Chats } from "./chats";
import { Clock } from "./clock";
import { Uploads } from "./files";
import { LeftOvers } from "./leftovers";
import { Notices } from "./notices";
import { Outbox } from "./outbox";
import { Sessions } from "./session";
import type { SettingsStore } from "./settings";
import { type KeptTray, Trays, takenAlong } from "./trays";

/** What this page knows besides the view: where it looks and how it is connected. */
export interface Local {
  readonly standing: Standing;
  /** The chat that is open in the middle; null = none. */
  readonly open: string | null;
  /** Newest position that was marked read here, by chat: the server's count follows. */
  readonly readTo: ReadonlyMap<string, number>;
  /** Limits of the channels, by channel id. */
  readonly channels: ReadonlyMap<string, ChannelInfo>;
  readonly dialog: Dialog | null;
  /** The contact lies over the chat, where there is no room beside it. */
  readonly overlay: boolean;
}

/** What lies over the page; one at a time. */
export type Dialog =
  | { readonly is: "palette" | "keys" | "settings" }
  | { readonly is: "transfer"; readonly chat: string; readonly to?: Target } // to: whom was chosen already
  | { readonly is: "finish"; readonly chat: string }
  | PictureDialog;

/** A picture of a message, enlarged; from: who sent it. */
export interface PictureDialog {
  readonly is: "picture";
  readonly message: string;
  readonly file: string;
  readonly name: string;
  readonly from: string;
}

/** Where things are kept over a reload: for all tabs of this browser, or for this one. */
export interface Storages {
  readonly browser: Storage;
  readonly tab: Storage;
}

/**
 * Everything behind the page: the connection, the view it feeds, what the operator is about to send, and the actions.
 * Made once in main.tsx and handed to the components; it knows nothing of them.
 */
export class Workspace {
  readonly feed: Feed;
  readonly local = createStore<Local>(() => ({
    standing: { is: "connecting", cause: null },
    open: null,
    readTo: new Map(),
    channels: new Map(),
    dialog: null,
    overlay: false,
  }));
  readonly clock = new Clock();
  readonly sessions = new Sessions(this.clock);
  readonly notices = new Notices();
  readonly uploads = new Uploads();
  readonly sound: Sound;
  /** The line that was uppermost when a chat was left, with how much of it was out of sight; none where its end was seen. */
  readonly places = new Map<string, { readonly key: string; readonly beyond: number }>();
  /** How high the lines of a chat were, by the list that draws them; true of as many lines as then. */
  readonly heights = new Map<string, { readonly lines: number; readonly cache: CacheSnapshot }>();
  /** The chats of the list Active in the order in which they are drawn, for shortcuts that count them. */
  shownChats: readonly string[] = [];
  readonly settings: SettingsStore;
  readonly boxes: Boxes;
  readonly outbox: Outbox;
  readonly leftOvers: LeftOvers;
  readonly chats: Chats;
  readonly connection: Connection;
  /** What this tab keeps over a reload. */
  readonly tab: Storage;
  private readonly storage: Storage;
  private readonly trays: Trays;
  private operator = ""; // whose the page is

  constructor(settings: SettingsStore, { browser: storage, tab }: Storages, page: Location, schedule: Schedule) {
    this.feed = createFeed({ schedule, broken: () => this.beginAnew() });
    this.settings = settings;
    this.sound = new Sound(settings);
    this.storage = storage;
    this.tab = tab;
    this.trays = new Trays(tab);
    this.connection = new Connection({
      address: socketAddress(page),
      told: (frame) => this.feed.take(frame),
      stands: (standing) => this.stands(standing),
      signedIn: async () => (await this.sessions.ask()) !== null,
    });
    this.leftOvers = new LeftOvers(storage);
    this.boxes = new Boxes(this.ask, storage, {
      kept: (chat) => this.view.chats.get(chat)?.chat.draft ?? "",
      customer: (chat) => this.customer(chat),
      newest: (chat) => this.newest(chat),
      sentSince: (chat, position) => this.sentSince(chat, position),
      leftOver: ({ chat, text, name }, why) =>
        this.leftOvers.keep({ chat, why, name: this.customer(chat) || name, text, files: [] }),
    });
    this.outbox = new Outbox(
      this.ask,
      (message) => {
        this.feed.take({ type: "sent", message });
        this.feed.flush();
        this.boxes.emptied(message.chat);
      },
      (pending) => this.chats.undelivered(pending),
    );
    this.chats = new Chats(this);
    this.boxes.store.subscribe((now, before) => this.trays.follow(now, before));
    this.feed.store.subscribe((now, before) => this.viewed(now, before));
  }

  get view(): View {
    return this.feed.store.getState();
  }

  readonly ask: Ask = (type, fields) => this.connection.request(type, fields);

  show(dialog: Dialog | null): void {
    this.local.setState({ dialog });
  }

  /** Finds out who is signed in and connects. Tries again by itself while nobody answers. */
  async begin(): Promise<void> {
    try {
      if ((await this.sessions.ask()) !== null) this.enter();
    } catch {
      this.local.setState({ standing: { is: "waiting", cause: "unreachable", until: Date.now() + 2_000 } });
      setTimeout(() => void this.begin(), 2_000);
    }
  }

  async signIn(login: string, password: string) {
    const outcome = await this.sessions.signIn(login, password);
    if (outcome === "done") this.enter();
    return outcome;
  }

  async signOut(): Promise<void> {
    this.boxes.flush();
    this.connection.stop();
    if (await this.sessions.signOut()) {
      this.belongTo("");
      return;
    }
    this.notices.tell({ tone: "bad", word: "session.notSignedOut" });
    this.connection.start();
  }

  /** An operator has signed out in another tab: what this one shows of him goes, as if he had done it here. */
  signedOutElsewhere(operator: string): void {
    if (operator !== this.operator) return;
    this.boxes.flush();
    this.connection.stop();
    this.sessions.leave();
    this.belongTo("");
  }

  /** Somebody has signed in: what he left is taken up, and the feed begins. */
  private enter(): void {
    const session = this.sessions.store.getState();
    if (session.is !== "in") return;
    this.belongTo(session.operator.id);
    this.connection.start();
    void this.readChannels();
  }

  /** The page is this operator's from now on: nothing that another saw or typed is shown to him. */
  private belongTo(operator: string): void {
    if (operator === this.operator) return;
    this.feed.flush(); // or a frame that is not understood would take the order to forget along
    const former = this.operator;
    this.operator = operator;
    for (const box of this.boxes.store.getState().values()) for (const f of box.files) this.uploads.drop(f);
    this.leftOvers.belongTo(operator);
    this.trays.belongTo(operator); // before his boxes go, or his trays would go with them
    this.boxes.belongTo(operator);
    this.outbox.belongTo(this.storage, operator);
    this.places.clear();
    this.heights.clear();
    if (former === "") return;
    this.notices.store.setState([], true);
    this.local.setState({ open: null, readTo: new Map(), dialog: null, overlay: false });
    if (this.view.me?.id !== former) return;
    this.connection.forget();
    this.feed.take({ type: "forget" });
    this.feed.flush();
  }

  /** What the server said was not understood: only a snapshot tells where things stand. */
  private beginAnew(): void {
    this.connection.forget();
    this.connection.renew("gap");
  }

  private async readChannels(): Promise<void> {
    try {
      const { data } = await rest.GET("/api/v1/channels");
      if (data === undefined) return;
      this.local.setState({ channels: new Map(data.items.map((c) => [c.id, c])) });
      const windows = data.items.flatMap((c) => (c.limits.window_ms ? [[c.id, c.limits.window_ms] as const] : []));
      this.feed.flush();
      this.feed.take({ type: "windows", windows: new Map(windows) });
    } catch {
      // Without limits the server's refusals still say what is wrong; the next hello asks again.
    }
  }

  private stands(standing: Standing): void {
    this.local.setState({ standing });
    if (standing.is === "ended") this.sessions.end();
    if (standing.is !== "open") return;
    this.feed.flush();
    if (this.local.getState().standing !== standing) return; // what came with it was not understood
    this.giveBack();
    if (!standing.resumed) {
      const here = (chat: string) => this.view.chats.has(chat);
      this.boxes.sweep(here);
      this.trays.sweep(here);
    }
    this.outbox.resume();
    this.boxes.flush();
    this.chats.refresh();
    this.chats.mark();
    if (this.local.getState().channels.size === 0) void this.readChannels();
  }

  /** What an earlier page could not send to chats that are here no more. */
  private giveBack(): void {
    for (const [chat, list] of this.outbox.store.getState()) {
      if (this.view.chats.has(chat) || this.view.ended.has(chat)) continue;
      for (const p of list) if (p.refused !== null) this.chats.undelivered(p);
    }
  }

  /** Follows what the view says with what the page holds beside it. */
  private viewed(now: View, before: View): void {
    if (now.me !== null && now.me.id !== before.me?.id && now.me.id !== this.operator) {
      // All tabs of a browser have one cookie: somebody else has signed in, in another one.
      this.belongTo(now.me.id);
      this.sessions.ask().catch(() => {}); // for his name; whoever works here says the view
    }
    if (now.chats !== before.chats) {
      for (const [id, desk] of now.chats) {
        const old = before.chats.get(id);
        if (desk === old) continue;
        if (desk.chat !== old?.chat) this.heard(id, desk.chat.draft);
        if (desk.messages === old?.messages) continue;
        this.settleOutbox(id);
        this.unload(id);
        this.chats.trim(id, desk.messages.length);
      }
      for (const [id, old] of before.chats) {
        if (!now.chats.has(id)) this.chats.left(id, old.chat.contact.name);
      }
    }
    this.chats.followed(now, before);
  }

  /** The server says what it keeps as a draft. While a message is on its way, none means that the message took it along. */
  private heard(chat: string, draft: string): void {
    if (draft === "" && this.outbox.of(chat).some((p) => p.refused === null)) this.boxes.emptied(chat);
    const left = this.boxes.store.getState().has(chat) ? null : this.trays.get(chat); // read before the box is made
    this.boxes.heard(chat);
    if (left !== null) this.giveTray(chat, left);
  }

  /** What an earlier page left beside a draft stands there again. */
  private giveTray(chat: string, { files, replyTo }: KeptTray): void {
    const restored = files.map((f) => this.uploads.restore(f));
    this.boxes.attach(chat, restored);
    this.boxes.answer(chat, replyTo);
  }

  /** Files that a message has taken along from another tab, or shortly before a crash, stand in the box no more. */
  private unload(chat: string): void {
    const { files } = this.boxes.of(chat);
    const gone = takenAlong(files, this.view.chats.get(chat)?.messages ?? [], this.outbox.of(chat));
    if (gone.length === 0) return;
    for (const f of gone) this.uploads.drop(f);
    this.boxes.attach(
      chat,
      files.filter((f) => !gone.includes(f)),
    );
  }

  private settleOutbox(chat: string): void {
    if (this.outbox.of(chat).length === 0) return;
    const here = new Set(this.view.chats.get(chat)?.messages.map((m) => m.client_id));
    if (this.outbox.settle(chat, (id) => here.has(id))) this.boxes.emptied(chat);
  }

  /** The name of a chat's customer; "" when the chat is not here. */
  customer(chat: string): string {
    return (this.view.chats.get(chat) ?? this.view.ended.get(chat))?.chat.contact.name ?? "";
  }

  private newest(chat: string): number {
    const desk = this.view.chats.get(chat);
    return desk === undefined ? 0 : newestPosition(desk);
  }

  /** What this operator has sent since a position, without what this page has just sent itself. */
  private sentSince(chat: string, position: number): string[] {
    const own = new Set(this.outbox.of(chat).map((p) => p.clientId));
    const out: string[] = [];
    for (const m of this.view.chats.get(chat)?.messages ?? []) {
      if (m.chat !== chat || m.position <= position || m.direction !== "out" || m.author.id !== this.operator) continue;
      if (m.client_id === null || !own.has(m.client_id)) out.push(m.text);
    }
    return out;
  }

  /** Another tab of this browser has changed what is stored under a key; null = it has emptied the storage. */
  followed(key: string | null): void {
    this.leftOvers.followed(key);
    if (key !== null) this.outbox.followed(key);
  }

  /** Unread messages as a row shows them: what was read here counts at once. */
  unread(chat: string): number {
    const desk = this.view.chats.get(chat);
    if (desk === undefined) return 0;
    const readTo = this.local.getState().readTo.get(chat) ?? 0;
    return unreadOf(desk, readTo);
  }
}
