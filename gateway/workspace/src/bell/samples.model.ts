import { emptyView, type View } from "../feed/view";
import type { Assigned, Full, Message, Row, Self } from "../protocol/frames.gen";

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
  return {
    id,
    conversation: `conversation of ${id}`,
    contact: { id: `contact of ${id}`, name: `Customer ${id}`, photo: null },
    channel: { id: "tg", provider: "telegram", name: "Telegram" },
    queue: { id: "support", name: "Support" },
    state: "waiting",
    created_at: at,
    preview: "Hello",
    parent: null,
    deadline: null,
    unread: 0,
    ...part,
  };
}

export function full(id: string, part: Partial<Full> = {}): Full {
  return {
    ...row(id),
    state: "in_progress",
    owner: { id: "anna", name: "Anna" },
    accepted_at: at,
    completed_at: null,
    reason: null,
    last_at: at,
    window_closes_at: null,
    draft: "",
    similar: 0,
    thread_control: "ours",
    child: null,
    last_position: 0,
    ...part,
  };
}

export function said(chat: string, position: number, by: Message["author"]["kind"] = "customer"): Message {
  return {
    id: `${chat}/${position}`,
    position,
    chat,
    at,
    direction: by === "customer" ? "in" : "out",
    author: { id: by, kind: by, name: by },
    text: `message ${position}`,
    attachments: [],
    reply_to: null,
    state: by === "customer" ? null : "sent",
    error: null,
    client_id: null,
    edited: false,
    deleted: false,
    reactions: [],
    kind: "text",
  };
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
