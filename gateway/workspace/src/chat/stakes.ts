import type { Box } from "../desk/boxes";
import type { Pending } from "../desk/pending";
import { factsOf } from "../feed/facts";
import type { Desk } from "../feed/view";

/** What would be passed over if a chat were finished now (S34). */
export interface Stakes {
  /** The customer waits, and nothing that would answer is on its way. */
  readonly waits: boolean;
  /** Something stands in the reply box. */
  readonly draft: boolean;
  /** The server has refused a message, and nobody has sent it again or given it up. */
  readonly refused: boolean;
  /** Messages are on their way. */
  readonly pending: boolean;
}

export function stakesOf(desk: Desk | undefined, box: Box, sent: readonly Pending[]): Stakes {
  const pending = sent.some((p) => p.refused === null);
  return {
    waits: !pending && desk !== undefined && factsOf(desk).waitingSince !== null,
    draft: box.draft.text.trim() !== "" || box.files.length > 0,
    refused: sent.some((p) => p.refused !== null),
    pending,
  };
}

/** What comes of the wish to finish: it is done, it is asked about, or it waits for messages that are on their way. */
export type Step = "finish" | "ask" | "wait";

/**
 * The step that follows from what is at stake. before is the one until now: who was asked and has not answered is not
 * taken at a word he has not given, though what it was about may have settled meanwhile.
 */
export function stepOf(stakes: Stakes, before: Step | null): Step {
  if (stakes.waits || stakes.draft || stakes.refused) return "ask";
  if (stakes.pending) return "wait";
  return before === "ask" ? "ask" : "finish";
}
