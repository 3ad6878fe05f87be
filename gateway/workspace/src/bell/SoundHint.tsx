import { IconVolumeOff } from "@tabler/icons-react";
import { useStore } from "zustand";
import { useSay, useSettings, useWorkspace } from "../app/context";
import classes from "./SoundHint.module.css";

/** Says that the page is silent, and what to do, while the operator believes that it rings. */
export function SoundHint() {
  const say = useSay();
  const { sound } = useWorkspace();
  const silent = useStore(sound.store, (s) => s.heard === false);
  const vain = useStore(sound.store, (s) => s.vain);
  const wanted = useSettings((s) => !s.quiet && s.volume > 0);
  if (!silent || !wanted) return null;
  // The press itself wakes the sound and takes the button away, before it could become a click.
  const wake = () => {
    if (!sound.heard) void sound.wake().then(() => sound.play("message"));
  };
  return (
    <button
      type="button"
      className={classes.hint}
      title={say(vain ? "bell.vainWhy" : "bell.blockedWhy")}
      onPointerDown={wake}
      onClick={wake}
    >
      <IconVolumeOff size={16} aria-hidden />
      <span aria-live="polite">{say(vain ? "bell.vain" : "bell.blocked")}</span>
    </button>
  );
}
