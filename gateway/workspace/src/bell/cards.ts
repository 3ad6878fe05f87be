import { gist } from "../chat/gist";
import { previewOf } from "../chat/preview";
import type { Message, Row } from "../protocol/frames.gen";
import type { Say } from "../words/words";
import type { Ring } from "./rings";

/** A browser notification as it is to be shown. */
export interface Card {
  /** Cards of one tag replace each other. */
  readonly tag: string;
  readonly kind: "offer" | "offers" | "chat" | "inactive";
  /** The chat it tells of; null for what is no single chat. */
  readonly chat: string | null;
  /** The message it quotes; null when it quotes none. */
  readonly message: string | null;
  readonly title: string;
  readonly body: string;
  /** It stays until it is answered or no longer so. */
  readonly stays: boolean;
  /** It goes when the chat has been read. */
  readonly unread: boolean;
}

/** More offers than this at once are told in one card. */
const single = 2;

/**
 * The cards for what rings in one moment; a message needs one only when nobody looks (ringsBetween). offered: how many
 * offers there are by now, which is what the one card for many says.
 */
export function cardsOf(rings: readonly Ring[], offered: number, say: Say): Card[] {
  const out: Card[] = [];
  const offers = rings.flatMap((r) => (r.kind === "offer" ? r.row : []));
  if (offers.length > single) {
    out.push({
      tag: "parley.offers",
      kind: "offers",
      chat: null,
      message: null,
      title: say("bell.offers", { count: offered }),
      body: names(offers),
      stays: false,
      unread: false,
    });
  } else {
    for (const row of offers) out.push(offer(row, say));
  }
  for (const r of rings) {
    if (r.kind === "message") out.push(message(r.row, r.message, say));
    if (r.kind === "transferred") out.push(transferred(r.row, say));
    if (r.kind === "inactive") out.push(inactive(say));
  }
  return out;
}

function offer(row: Row, say: Say): Card {
  return {
    tag: `parley.chat.${row.id}`,
    kind: "offer",
    chat: row.id,
    message: null,
    title: say("bell.offer", { name: aside(row.contact.name) }),
    body: offerBody(row, say),
    stays: row.deadline !== null, // it is for this operator alone, and runs out
    unread: false,
  };
}

/** What a card says of an offer: what may be seen before acceptance (S32). */
export function offerBody(row: Row, say: Say): string {
  const from = say("bell.offerFrom", { channel: aside(row.channel.name), queue: aside(row.queue.name) });
  return [previewOf(row.preview, say), from].filter((line) => line !== "").join("\n");
}

function message(row: Row, m: Message, say: Say): Card {
  return {
    tag: `parley.chat.${row.id}`,
    kind: "chat",
    chat: row.id,
    message: m.id,
    title: aside(row.contact.name),
    body: quoted(m, say),
    stays: false,
    unread: true,
  };
}

/** What a card says of a message: its beginning. */
export function quoted(m: Message, say: Say): string {
  const text = gist(m, say);
  return text.trim() === "" ? say("bell.noText") : text.slice(0, 200);
}

function transferred(row: Row, say: Say): Card {
  return {
    tag: `parley.chat.${row.id}`,
    kind: "chat",
    chat: row.id,
    message: null,
    title: say("bell.transferred", { name: aside(row.contact.name) }),
    body: previewOf(row.preview, say),
    stays: false,
    unread: false, // it may have nothing unread from the start: it goes when it is looked at
  };
}

function inactive(say: Say): Card {
  return {
    tag: "parley.status",
    kind: "inactive",
    chat: null,
    message: null,
    title: say("status.inactive"),
    body: say("status.madeInactive"),
    stays: true,
    unread: false,
  };
}

function names(rows: readonly Row[]): string {
  const shown = rows.slice(0, 4).map((r) => aside(r.contact.name));
  return shown.join(", ") + (rows.length > shown.length ? " …" : "");
}

/** Keeps a name's own direction from turning the words around it: there is no markup here. */
export function aside(name: string): string {
  return `\u2068${name}\u2069`;
}
