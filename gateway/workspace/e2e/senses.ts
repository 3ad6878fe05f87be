// What a page lets the operator hear and see beside itself, and whether he looks at it: Chromium without a screen can
// tell neither, for every page believes to be in front.
import type { Page } from "playwright-core";

/** A browser notification, as it was shown. */
export interface Card {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  closed: boolean;
}

interface Senses {
  readonly cards: { readonly card: Card; readonly note: Notification }[];
  readonly pitches: number[];
  looking: boolean;
}

type Sensed = Window & { senses: Senses };

/** Runs in every page before its own scripts (DeskOptions.init). */
export function senses(): void {
  const kept: Senses = { cards: [], pitches: [], looking: true };
  (window as unknown as Sensed).senses = kept;

  const Real = window.Notification;
  window.Notification = class extends Real {
    private readonly card: Card;
    constructor(title: string, options: NotificationOptions = {}) {
      super(title, options);
      this.card = { title, body: options.body ?? "", tag: options.tag ?? "", closed: false };
      kept.cards.push({ card: this.card, note: this });
    }
    override close(): void {
      this.card.closed = true;
      super.close();
    }
  };

  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    kept.pitches.push(Math.round(this.frequency.value));
    start.call(this, when);
  };

  const hasFocus = document.hasFocus.bind(document);
  document.hasFocus = () => kept.looking && hasFocus();
  const state = Object.getOwnPropertyDescriptor(Document.prototype, "visibilityState")?.get;
  Object.defineProperty(document, "visibilityState", { get: () => (kept.looking ? state?.call(document) : "hidden") });
}

/** Every notification that the page has shown so far, oldest first. */
export function cardsOf(page: Page): Promise<Card[]> {
  return page.evaluate(() => (window as unknown as Sensed).senses.cards.map((c) => c.card));
}

/** Presses the last notification that is still shown. */
export async function pressCard(page: Page): Promise<void> {
  await page.evaluate(() => {
    const open = (window as unknown as Sensed).senses.cards.findLast((c) => !c.card.closed);
    open?.note.dispatchEvent(new Event("click"));
  });
}

/** The first notes of the tones, in hertz (bell/tones.ts). */
const firstNotes = { offer: 659, message: 587, inactive: 523 } as const;

/** How often a page has let a tone sound. */
export async function tonesOf(page: Page, tone: keyof typeof firstNotes): Promise<number> {
  const pitches = await page.evaluate(() => (window as unknown as Sensed).senses.pitches);
  return pitches.filter((p) => p === firstNotes[tone]).length;
}

/** The operator looks at the page, or elsewhere. */
export async function look(page: Page, at: boolean): Promise<void> {
  await page.evaluate((looking) => {
    (window as unknown as Sensed).senses.looking = looking;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event(looking ? "focus" : "blur"));
  }, at);
}
