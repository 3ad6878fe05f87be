import type { Full, Message, Row } from "./frames.gen";

/** What the server sends, whole and plain, for tests: each part says what matters to it. */

const at = "2026-01-01T00:00:00Z";

export function sampleRow(id: string, part: Partial<Row> = {}): Row {
  return {
    id,
    conversation: id,
    contact: { id, name: id, photo: null },
    channel: { id: "tg", provider: "telegram", name: "Bot" },
    queue: { id: "q", name: "Q" },
    state: "waiting",
    created_at: at,
    preview: "",
    parent: null,
    deadline: null,
    unread: 0,
    ...part,
  };
}

/** A chat in progress, Anna's. */
export function sampleChat(row: Row, part: Partial<Full> = {}): Full {
  return {
    ...row,
    state: "in_progress",
    owner: { id: "anna", name: "anna" },
    accepted_at: null,
    completed_at: null,
    reason: null,
    last_at: null,
    window_closes_at: null,
    draft: "",
    similar: 0,
    thread_control: "ours",
    child: null,
    last_position: 0,
    ...part,
  };
}

/** A customer's message. */
export function sampleMessage(id: string, part: Partial<Message> = {}): Message {
  return {
    id,
    position: 1,
    chat: "c.1",
    at,
    direction: "in",
    author: { kind: "customer", id: "p", name: "P" },
    text: id,
    attachments: [],
    reply_to: null,
    state: null,
    error: null,
    client_id: null,
    edited: false,
    deleted: false,
    reactions: [],
    kind: "",
    ...part,
  };
}
