import { IconVolumeOff } from "@tabler/icons-react";
import { useStore } from "zustand";
import { useSay, useSettings, useWorkspace } from "../app/context";
import classes from "./SoundHint.module.css";

/** Says that the browser keeps the page silent, while the operator believes that it rings. */
export function SoundHint() {
  const say = useSay();
  const { sound } = useWorkspace();
  const silent = useStore(sound.store, (s) => s.heard === false);
  const wanted = useSettings((s) => !s.quiet && s.volume > 0);
  if (!silent || !wanted) return null;
  // The press itself wakes the sound and takes the button away, before it could become a click.
  const wake = () => {
    if (!sound.heard) void sound.wake().then(() => sound.play("message"));
  };
  return (
    <button type="button" className={classes.hint} title={say("bell.blockedWhy")} onPointerDown={wake} onClick={wake}>
      <IconVolumeOff size={16} aria-hidden />
      <span>{say("bell.blocked")}</span>
    </button>
  );
}
