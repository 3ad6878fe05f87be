import type { Card } from "./cards";

/** More cards than this of offers would bury the screen: the oldest goes. */
const mostOffers = 3;

/** The browser notifications that this tab shows. */
export class Notify {
  private readonly shown = new Map<string, { readonly card: Card; readonly note: Notification }>();
  private readonly clicked: (card: Card) => void;

  constructor(clicked: (card: Card) => void) {
    this.clicked = clicked;
  }

  /** Shows a card, if the browser lets; silent when the page's own tone is heard. */
  show(card: Card, silent: boolean): void {
    this.put(card, silent, true);
  }

  /** Shows cards anew whose words have changed, without calling for attention again. */
  renew(now: (card: Card) => Card): void {
    for (const { card } of [...this.shown.values()]) {
      const fresh = now(card);
      if (fresh.body !== card.body) this.put(fresh, true, false);
    }
  }

  private put(card: Card, silent: boolean, renotify: boolean): void {
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
    let note: Notification;
    try {
      const options = { body: card.body, tag: card.tag, icon: "/favicon.svg", silent, requireInteraction: card.stays };
      // renotify: a second message of a chat is told again; the types of the DOM do not know it.
      note = new Notification(card.title, { ...options, renotify } as NotificationOptions);
    } catch {
      return; // browsers of telephones show them for service workers only
    }
    this.shown.get(card.tag)?.note.close();
    this.shown.delete(card.tag);
    this.shown.set(card.tag, { card, note });
    note.onclick = () => {
      note.close();
      this.clicked(card);
    };
    note.onclose = () => this.shown.get(card.tag)?.note === note && this.shown.delete(card.tag);
    this.thin();
  }

  /** Closes what is no longer so. */
  sweep(stands: (card: Card) => boolean): void {
    for (const [tag, { card, note }] of this.shown) {
      if (stands(card)) continue;
      this.shown.delete(tag);
      note.close();
    }
  }

  private thin(): void {
    const offers = [...this.shown.values()].filter((s) => s.card.kind === "offer");
    for (const { card, note } of offers.slice(0, -mostOffers)) {
      this.shown.delete(card.tag);
      note.close();
    }
  }
}
