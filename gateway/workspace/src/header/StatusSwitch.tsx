import { Loader, SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import { useSay, useView, useWorkspace } from "../app/context";
import type { StatusSet } from "../protocol/frames.gen";
import classes from "./StatusSwitch.module.css";

type Status = StatusSet["status"];

/** A reply may come a moment before the push that shows what it did. */
const pushFollows = 600;
/** A sign-in is in force after a blink: that is not worth a word. */
const worthWords = 1_000;

/** Active or Inactive (S12): shows what the server says, never what was only asked for. */
export function StatusSwitch({ fullWidth = false }: { fullWidth?: boolean }) {
  const say = useSay();
  const { chats } = useWorkspace();
  const preferred = useView((v) => v.me?.preferred ?? "inactive");
  const effective = useView((v) => v.me?.effective ?? "inactive");
  const known = useView((v) => v.me !== null);
  const [asked, ask] = useState<Status | null>(null);
  const pending = asked !== null && asked !== preferred ? asked : null;

  const set = (status: Status) => {
    if (status === preferred) return;
    ask(status);
    void chats.setStatus(status).then(() => setTimeout(() => ask(null), pushFollows));
  };
  const option = (status: Status) => ({
    value: status,
    label: (
      <span className={classes.option}>
        {pending === status ? (
          <Loader size={8} color="var(--parley-dim)" aria-hidden />
        ) : (
          <span
            className={classes.dot}
            data-on={preferred === status ? (effective === status ? status : "waiting") : undefined}
          />
        )}
        {say(`status.${status}`)}
      </span>
    ),
  });
  return (
    <div className={classes.status}>
      <SegmentedControl<Status>
        aria-label={say("header.status")}
        aria-busy={pending !== null}
        size="xs"
        fullWidth={fullWidth}
        disabled={!known}
        value={preferred}
        onChange={set}
        data={[option("active"), option("inactive")]}
      />
      {preferred === "active" && effective === "inactive" && known && <NotInForce />}
    </div>
  );
}

function NotInForce() {
  const say = useSay();
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), worthWords);
    return () => clearTimeout(timer);
  }, []);
  return shown ? (
    <span className={classes.notInForce} role="status" title={say("header.notInForceWhy")}>
      {say("header.notInForce")}
    </span>
  ) : null;
}
