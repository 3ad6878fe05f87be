import { IconCheck, IconCircleCheckFilled, IconCircleMinus, IconHandStop, IconInbox } from "@tabler/icons-react";
import { useSay } from "../app/context";
import type { OperatorTarget } from "../protocol/frames.gen";
import { choosable, type Line } from "./menu";
import classes from "./TargetRow.module.css";

interface Props {
  readonly id: string;
  readonly line: Line;
  /** The keys are at this line. */
  readonly marked: boolean;
  readonly picked: boolean;
  readonly choose: () => void;
}

/** A queue or an operator that a chat can go to. The keys stay in the field above, which names the marked line. */
export function TargetRow({ id, line, marked, picked, choose }: Props) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: reached by aria-activedescendant of the field
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      className={classes.row}
      id={id}
      role="option"
      aria-selected={picked}
      aria-disabled={!choosable(line)}
      data-marked={marked || undefined}
      onClick={choose}
    >
      <Mark line={line} />
      <span className={classes.words}>
        <bdi className={classes.name}>{line.target.name}</bdi>
        <Facts line={line} />
      </span>
      <span className={classes.tick}>{picked && <IconCheck size={18} aria-hidden />}</span>
    </div>
  );
}

const marks = { green: IconCircleCheckFilled, red: IconCircleMinus, grey: IconHandStop } as const;

function Mark({ line }: { line: Line }) {
  if (line.is === "queue") return <IconInbox size={18} aria-hidden className={classes.mark} />;
  const Icon = marks[line.target.indicator];
  return <Icon size={18} aria-hidden className={classes.mark} data-indicator={line.target.indicator} />;
}

function Facts({ line }: { line: Line }) {
  const say = useSay();
  if (line.gone) return <span className={classes.facts}>{say("transfer.gone")}</span>;
  if (line.is === "operator") return <OperatorFacts target={line.target} />;
  const { waiting, free } = line.target;
  return (
    <span className={classes.facts}>
      {say("transfer.waiting", { count: waiting })}, {say("transfer.free", { count: free })}
    </span>
  );
}

const states = { green: "status.active", red: "status.inactive", grey: "transfer.limitReached" } as const;

function OperatorFacts({ target }: { target: OperatorTarget }) {
  const say = useSay();
  const { indicator, load, limit } = target;
  return (
    <span className={classes.facts}>
      <span className={classes.state} data-indicator={indicator}>
        {say(states[indicator])}
      </span>
      , {limit > 0 ? say("transfer.loadOf", { count: load, limit }) : say("transfer.load", { count: load })}
    </span>
  );
}
