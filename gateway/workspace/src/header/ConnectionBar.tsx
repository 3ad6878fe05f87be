import { VisuallyHidden } from "@mantine/core";
import { IconCircleCheck, IconPlugConnectedX } from "@tabler/icons-react";
import { useLocal, useOwnNow, useSay, useWorkspace } from "../app/context";
import type { Say } from "../words/words";
import classes from "./ConnectionBar.module.css";
import { Heard } from "./Heard";
import { type Outage, useOutage } from "./outage";

/**
 * Says what is wrong with the connection. It hangs over the page instead of pushing it down: nothing may move under a
 * pointer that is about to press, least of all when the connection comes back.
 */
export function ConnectionBar() {
  const say = useSay();
  const outage = useOutage();
  const words = wordsOf(outage, say);
  return (
    <>
      {/* Told once; what changes by the second stands beside it. */}
      <VisuallyHidden role="status">{words}</VisuallyHidden>
      {outage.is === "broken" && <Broken words={words} />}
      {outage.is === "back" && (
        <div className={classes.bar} data-back>
          <IconCircleCheck size={16} aria-hidden />
          <span aria-hidden>{words}</span>
        </div>
      )}
    </>
  );
}

function wordsOf(outage: Outage, say: Say): string {
  switch (outage.is) {
    case "well":
      return "";
    case "back":
      return say(outage.resumed ? "header.resumed" : "header.anew");
    case "broken":
      if (outage.cause === null) return say("header.connecting");
      return `${say(`header.cause.${outage.cause}`)} ${say("header.kept")}`;
  }
}

function Broken({ words }: { words: string }) {
  const say = useSay();
  const { connection } = useWorkspace();
  const until = useLocal((l) => (l.standing.is === "waiting" ? l.standing.until : null));
  const first = useLocal((l) => l.standing.is === "connecting" && l.standing.cause === null);
  return (
    <div className={classes.bar}>
      <IconPlugConnectedX size={16} aria-hidden />
      <span aria-hidden>{words}</span>
      {until !== null ? <Countdown until={until} /> : !first && <span>{say("header.reconnecting")}</span>}
      <span className={classes.heard}>
        <Heard />
      </span>
      <button type="button" className={classes.now} onClick={() => connection.hurry()} disabled={until === null}>
        {say("header.tryNow")}
      </button>
    </div>
  );
}

function Countdown({ until }: { until: number }) {
  const say = useSay();
  const left = Math.ceil((until - useOwnNow(500)) / 1000);
  return <span>{left > 0 ? say("header.reconnectingIn", { n: left }) : say("header.reconnecting")}</span>;
}
