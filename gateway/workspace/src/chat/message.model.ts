import type { Message } from "../protocol/frames.gen";

/** A message of a customer's for the tests of this part. */
export function message(id: string, part: Partial<Message> = {}): Message {
  return {
    id,
    position: 1,
    chat: "c.1",
    at: "2026-11-28T09:00:00.000Z",
    direction: "in",
    author: { kind: "customer", id: "p", name: "Zoë" },
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
