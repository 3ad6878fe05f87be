import { previewOf } from "../chat/preview";
import type { Workspace } from "../desk/workspace";
import { indexOf } from "../feed/messages";
import type { View } from "../feed/view";
import type { Message } from "../protocol/frames.gen";
import { createWords, isLanguage, type Language, type Say } from "../words/words";
import { Bursts } from "./bursts";
import { type Card, cardsOf, offerBody, quoted } from "./cards";
import { Favicon } from "./favicon";
import { Lead } from "./lead";
import { Notify } from "./notify";
import { askPermission, permission } from "./permission";
import { type Ring, ringsBetween } from "./rings";
import { Tabs } from "./tabs";
import { countOf, titleOf } from "./title";
import type { Tone } from "./tones";

/** How long a fresh page may take until its silence is called silence, in milliseconds. */
const soundSettles = 1_500;
/** Cards wait this long for others of the same burst, in milliseconds: the tone is what hurries. */
const cardsGather = 400;
/** The title follows at most this often: an event more a second must not cost a title. */
const countEvery = 200;
const askedKey = "parley.askedForNotifications";

/**
 * Tells the operator what comes while he looks elsewhere (S101): by a tone, a browser notification, the title and the
 * icon. Every tab watches for itself; one sounds and one shows the notifications. Those are two leads, because the tab
 * that leads may be one that nobody has clicked in yet, and such a tab has no voice.
 */
export class Bell {
  private readonly w: Workspace;
  private readonly tabs = new Tabs(() => this.sweep());
  private readonly voice = new Lead("parley.sound");
  private readonly lead = new Lead("parley.bell");
  private readonly notify = new Notify((card) => this.clicked(card));
  private readonly favicon = new Favicon(document);
  private readonly bursts = new Bursts<Tone>();
  private readonly words = new Map<Language, Say>();
  /** Resolves when it is known who leads. */
  private known: Promise<unknown> = Promise.resolve();
  private gathered: Ring[] = [];
  private counting: ReturnType<typeof setTimeout> | undefined;

  constructor(w: Workspace) {
    this.w = w;
  }

  start(): void {
    const { feed, local, sessions, sound } = this.w;
    sound.start(window, soundSettles);
    this.tabs.start();
    feed.store.subscribe((now, before) => this.viewed(now, before));
    local.subscribe((now, before) => {
      if (now.open !== before.open) this.tabs.opened(now.open);
      if (now.readTo !== before.readTo) this.countSoon();
    });
    sessions.store.subscribe((now, before) => now.is !== before.is && this.settle());
    sound.store.subscribe(() => this.settle());
    window.addEventListener("pagehide", () => this.notify.sweep(() => false));
  }

  private get signedIn(): boolean {
    return this.w.sessions.store.getState().is === "in";
  }

  /** A page in which nobody is signed in hears nothing, so it leaves the lead to the others. */
  private settle(): void {
    if (!this.signedIn) {
      this.lead.stepBack();
      this.voice.stepBack();
      this.notify.sweep(() => false);
      this.countSoon();
      return;
    }
    if (!this.w.sound.heard) this.voice.stepBack();
    this.known = Promise.all([this.lead.stand(), this.w.sound.heard ? this.voice.stand() : null, this.known]);
    void this.known.then(() => this.suggest());
  }

  private viewed(now: View, before: View): void {
    const rings = ringsBetween(before, now, this.tabs.looks.inView);
    if (rings.length > 0) void this.ring(rings);
    this.sweep();
    this.countSoon();
  }

  private async ring(rings: readonly Ring[]): Promise<void> {
    await this.known;
    const { quiet, notifications } = this.w.settings.getState();
    if (quiet) return;
    if (this.voice.leads) {
      for (const tone of tonesOf(rings)) if (this.bursts.lets(tone, Date.now())) this.w.sound.play(tone);
    }
    if (!this.lead.leads || !notifications) return;
    if (this.gathered.length === 0) setTimeout(() => this.showCards(), cardsGather);
    this.gathered.push(...rings);
  }

  private showCards(): void {
    const rings = this.gathered;
    this.gathered = [];
    const cards = cardsOf(rings, this.w.view.offers.size, this.say);
    for (const card of cards) if (this.stands(card)) this.notify.show(card, this.w.sound.heard);
  }

  /** Whether what a card says is still so. */
  private stands(card: Card): boolean {
    const { view } = this.w;
    switch (card.kind) {
      case "offer":
        return view.offers.has(card.chat ?? "");
      case "offers":
        return view.offers.size > 0;
      case "inactive":
        return view.me?.preferred === "inactive";
      case "chat": {
        const chat = card.chat ?? "";
        if (!view.chats.has(chat) || this.tabs.looks.open.has(chat)) return false;
        if (this.quotedBy(card)?.deleted === true) return false; // nothing of it may stay on the screen
        return !card.unread || this.w.unread(chat) > 0; // it may have been read on another device
      }
    }
  }

  private sweep(): void {
    this.notify.sweep((card) => this.stands(card));
    this.notify.renew((card) => ({ ...card, body: this.bodyOf(card) }));
  }

  /** What a card says by now: a customer may have changed or taken back what it quotes. */
  private bodyOf(card: Card): string {
    const { offers, chats } = this.w.view;
    const chat = card.chat ?? "";
    const m = this.quotedBy(card);
    if (m !== undefined) return quoted(m, this.say);
    const offer = card.kind === "offer" ? offers.get(chat) : undefined;
    if (offer !== undefined) return offerBody(offer, this.say);
    const handed = card.kind === "chat" && card.message === null ? chats.get(chat) : undefined;
    return handed === undefined ? card.body : previewOf(handed.chat.preview, this.say);
  }

  /** The message that a card quotes, as it is now; undefined where it is not here, or none is quoted. */
  private quotedBy({ chat, message }: Card): Message | undefined {
    const messages = message === null ? [] : (this.w.view.chats.get(chat ?? "")?.messages ?? []);
    return messages[indexOf(messages, message ?? "")];
  }

  private clicked(card: Card): void {
    window.focus();
    if (card.chat === null) return;
    if (card.kind === "offer") void this.w.chats.accept(card.chat);
    else this.w.chats.open(card.chat);
  }

  private countSoon(): void {
    this.counting ??= setTimeout(() => {
      this.counting = undefined;
      const count = this.signedIn ? countOf(this.w.view, (chat) => this.w.unread(chat)) : 0;
      document.title = titleOf(count);
      this.favicon.show(count);
    }, countEvery);
  }

  /** Offers browser notifications once; whoever does not want them is not asked again. */
  private suggest(): void {
    if (!this.lead.leads || permission() !== "default" || !this.w.settings.getState().notifications) return;
    if (localStorage.getItem(askedKey) !== null) return;
    localStorage.setItem(askedKey, "true");
    this.w.notices.tell({
      tone: "info",
      key: "notifications",
      word: "bell.suggest",
      action: { word: "bell.turnOn", run: () => void askPermission() },
    });
  }

  /** The page's language, as it stands on the page: words of a notification are not drawn by React. */
  private readonly say: Say = (word, values) => {
    const language = isLanguage(document.documentElement.lang) ? document.documentElement.lang : "en";
    let say = this.words.get(language);
    if (say === undefined) {
      say = createWords(language).say;
      this.words.set(language, say);
    }
    return say(word, values);
  };
}

/** What is heard of the rings, each tone once. A chat handed over sounds as an offer: both are new work. */
function tonesOf(rings: readonly Ring[]): Set<Tone> {
  return new Set(rings.map((r) => (r.kind === "transferred" ? "offer" : r.kind)));
}
