import type { Message } from "../protocol/frames.gen";
import { sampleMessage } from "../protocol/frames.model";

/** A message of a customer's for the tests of this part. */
export function message(id: string, part: Partial<Message> = {}): Message {
  return sampleMessage(id, {
    at: "2026-11-28T09:00:00.000Z",
    author: { kind: "customer", id: "p", name: "Zoë" },
    ...part,
  });
}
