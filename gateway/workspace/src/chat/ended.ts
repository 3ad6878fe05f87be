/** Why chats end, as far as we have words for it. */
const reasons = ["operator", "timeout", "transfer", "bot_handover", "control_taken", "administrator"] as const;

export type EndReason = (typeof reasons)[number];

/** null: the end was not seen, or a newer server knows a reason that we do not. */
export function endReason(told: string | null): EndReason | null {
  return reasons.find((r) => r === told) ?? null;
}
