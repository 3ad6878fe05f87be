import { lastAt, lastMessage, waitingSince } from "./derive";
import type { Desk } from "./view";

/** What lists want to know of a chat again and again; worked out once for each state of it. */
export interface Facts {
  readonly waitingSince: number | null;
  readonly lastAt: number;
  readonly last: ReturnType<typeof lastMessage>;
  /** The newest reply of an operator has not arrived. */
  readonly failed: boolean;
}

const known = new WeakMap<Desk, Facts>();

export function factsOf(desk: Desk): Facts {
  let facts = known.get(desk);
  if (facts === undefined) {
    facts = {
      waitingSince: waitingSince(desk),
      lastAt: lastAt(desk),
      last: lastMessage(desk),
      failed: newestReply(desk)?.state === "failed",
    };
    known.set(desk, facts);
  }
  return facts;
}

function newestReply(desk: Desk) {
  return desk.messages.findLast((m) => m.direction === "out" && m.author.kind === "operator");
}
