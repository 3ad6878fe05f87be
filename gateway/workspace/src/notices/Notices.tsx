import { Button, CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { memo } from "react";
import { useStore } from "zustand";
import { useSay, useWorkspace } from "../app/context";
import type { Notice } from "../desk/notices";
import { LeftOvers } from "./LeftOvers";
import classes from "./Notices.module.css";

const pictures = { info: IconInfoCircle, good: IconCircleCheck, bad: IconAlertTriangle } as const;

/**
 * The notices: in the corner over the lists, where they cover neither the conversation nor the reply box. What is bad
 * and wants an answer stands in the middle above.
 */
export const Notices = memo(function Notices() {
  const notices = useStore(useWorkspace().notices.store);
  return (
    <>
      <Stack place="above" notices={notices.filter(pressing)} />
      <Stack place="corner" notices={notices.filter((n) => !pressing(n))}>
        <LeftOvers />
      </Stack>
    </>
  );
});

function pressing(n: Notice): boolean {
  return n.tone === "bad" && n.action !== undefined;
}

/** The region is always there: readers of the screen tell only what comes into one that they know. */
function Stack({
  place,
  notices,
  children,
}: {
  place: "above" | "corner";
  notices: readonly Notice[];
  children?: React.ReactNode;
}) {
  const say = useSay();
  const { notices: all } = useWorkspace();
  return (
    <div
      className={classes.stack}
      data-place={place}
      role="log"
      aria-label={say("shell.notices")}
      aria-live="polite"
      onPointerEnter={() => all.hold(true)}
      onPointerLeave={() => all.hold(false)}
      onFocus={() => all.hold(true)}
      onBlur={() => all.hold(false)}
    >
      {children}
      {notices.map((n) => (
        <Toast key={n.id} notice={n} />
      ))}
    </div>
  );
}

function Toast({ notice }: { notice: Notice }) {
  const say = useSay();
  const { notices } = useWorkspace();
  const { tone, word, values, action } = notice;
  const close = () => {
    notices.close(notice.id);
    notices.hold(false); // what is taken away from under the pointer does not always say that it left
  };
  const Picture = pictures[tone];
  return (
    <div className={classes.toast} data-tone={tone} role={tone === "bad" ? "alert" : undefined}>
      <Picture size={18} aria-hidden className={classes.picture} />
      <div className={classes.said}>
        <p dir="auto">{say(word, values)}</p>
        {action !== undefined && (
          <Button
            size="compact-sm"
            variant={pressing(notice) ? "filled" : "light"}
            onClick={() => {
              close();
              action.run();
            }}
          >
            {say(action.word)}
          </Button>
        )}
      </div>
      <CloseButton size="sm" aria-label={say("shell.close")} onClick={close} />
    </div>
  );
}
