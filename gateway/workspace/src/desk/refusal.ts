import type { Word } from "../words/words";

const known = [
  "taken",
  "limit",
  "not_offered",
  "gone",
  "not_owner",
  "completed",
  "window_closed",
  "thread_not_owned",
  "too_long",
  "self",
  "unknown_target",
  "bad_request",
  "unknown_type",
  "forbidden",
  "busy",
  "quarantined",
  "internal",
] as const;

/** The words for a refusal. */
export function refusal(code: string): Word {
  const found = known.find((c) => c === code);
  return found === undefined ? "refused.other" : `refused.${found}`;
}
