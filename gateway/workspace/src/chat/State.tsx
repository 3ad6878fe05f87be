import { IconAlertCircle, IconCheck, IconChecks, IconClock, IconHelpCircle } from "@tabler/icons-react";
import { useSay } from "../app/context";
import type { Message } from "../protocol/frames.gen";
import classes from "./State.module.css";

type MessageState = NonNullable<Message["state"]>;

const marks = {
  queued: IconClock,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircle,
  unknown: IconHelpCircle,
} as const;

/** How far an outgoing message has come (S38): a mark, with the words for it. */
export function State({ state }: { state: MessageState }) {
  const say = useSay();
  const Mark = marks[state];
  const words = say(`chat.state.${state}`);
  return (
    <span className={classes.state} data-state={state} role="img" aria-label={words} title={words}>
      <Mark size={14} stroke={2} aria-hidden />
    </span>
  );
}
