import { emptyView, type View } from "../feed/view";
import type { Assigned, Full, Message, Row, Self } from "../protocol/frames.gen";
import { sampleChat, sampleMessage, sampleRow } from "../protocol/frames.model";

/** Small views for the tests of this part. */

const at = "2026-01-01T10:00:00Z";

export const anna: Self = {
  id: "anna",
  name: "Anna",
  preferred: "active",
  effective: "active",
  reason: "chosen",
  load: 0,
  limit: 5,
};

export function row(id: string, part: Partial<Row> = {}): Row {
  return sampleRow(id, {
    conversation: `conversation of ${id}`,
    contact: { id: `contact of ${id}`, name: `Customer ${id}`, photo: null },
    channel: { id: "tg", provider: "telegram", name: "Telegram" },
    queue: { id: "support", name: "Support" },
    created_at: at,
    preview: "Hello",
    ...part,
  });
}

export function full(id: string, part: Partial<Full> = {}): Full {
  return sampleChat(row(id), { owner: { id: "anna", name: "Anna" }, accepted_at: at, last_at: at, ...part });
}

export function said(chat: string, position: number, by: Message["author"]["kind"] = "customer"): Message {
  const customer = by === "customer";
  return sampleMessage(`${chat}/${position}`, {
    position,
    chat,
    at,
    direction: customer ? "in" : "out",
    author: { id: by, kind: by, name: by },
    text: `message ${position}`,
    state: customer ? null : "sent",
    kind: "text",
  });
}

/** The view of Anna with these offers and chats. */
export function view(offers: readonly Row[], chats: readonly Assigned[] = [], part: Partial<View> = {}): View {
  return {
    ...emptyView,
    me: anna,
    offers: new Map(offers.map((r) => [r.id, r])),
    chats: new Map(chats.map((a) => [a.chat.id, { ...a, more: false, stale: null }])),
    ...part,
  };
}
