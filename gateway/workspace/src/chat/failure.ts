import { useSay } from "../app/context";
import type { Problem } from "../protocol/frames.gen";

const known = [
  "window_closed",
  "thread_not_owned",
  "contact_unreachable",
  "channel_fault",
  "expired",
  "interrupted",
] as const;

/** Gives the reason for which a message has not arrived: in the operator's language where it is known, else as the provider says it. */
export function useFailure(): (p: Problem) => string {
  const say = useSay();
  return (p) => {
    const code = known.find((k) => k === p.code);
    if (code !== undefined) return say(`chat.failure.${code}`);
    return say("chat.failure.provider", { text: p.text || p.code });
  };
}
