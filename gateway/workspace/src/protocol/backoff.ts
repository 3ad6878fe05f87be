import { closeCodes } from "./frames.gen";

/** Why a connection is not there. */
export type Cause = "lost" | "silent" | "restart" | "slow" | "gap" | "offline" | "unreachable";

/** What a close code means. */
export function causeOf(code: number, opened: boolean): Cause | "ended" {
  switch (code) {
    case closeCodes.sessionEnded:
      return "ended";
    case closeCodes.tooSlow:
      return "slow";
    case closeCodes.restart:
      return "restart";
    default:
      return opened ? "lost" : "unreachable";
  }
}

const first = 300; // ms
const most = 10_000;

/**
 * How long to wait before the n-th attempt in a row (from 0), in milliseconds. Doubled each time and drawn at random
 * below that, so that thousands of pages do not come back in one moment; random is between 0 and 1.
 */
export function pause(attempt: number, cause: Cause, random: number): number {
  if (attempt === 0 && (cause === "slow" || cause === "gap" || cause === "silent" || cause === "offline")) return 0;
  const ceiling = Math.min(most, first * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.3 + 0.7 * random));
}
