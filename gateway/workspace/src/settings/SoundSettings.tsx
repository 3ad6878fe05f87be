import { Button, Slider, Switch } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useId } from "react";
import { useSay, useSettings, useWorkspace } from "../app/context";
import type { Tone } from "../bell/tones";
import classes from "./SettingsDialog.module.css";

const tones: readonly Tone[] = ["offer", "message", "inactive"];

/** How loud the page is, and what its tones sound like. */
export function SoundSettings() {
  const say = useSay();
  const { settings, sound } = useWorkspace();
  const quiet = useSettings((s) => s.quiet);
  const volume = useSettings((s) => s.volume);
  const id = useId();
  const percent = Math.round(volume * 100);
  const test = (tone: Tone) => void sound.wake().then(() => sound.play(tone));
  return (
    <>
      <Switch
        classNames={{ description: classes.hint ?? "" }}
        label={say("settings.quiet")}
        description={say("settings.quietHint")}
        checked={quiet}
        onChange={(e) => settings.setState({ quiet: e.currentTarget.checked })}
      />
      <div className={classes.line}>
        <span id={id}>{say("settings.volume")}</span>
        <Slider
          className={classes.slider}
          thumbProps={{ "aria-labelledby": id, "aria-valuetext": say("settings.volumeOf", { percent }) }}
          label={say("settings.volumeOf", { percent })}
          min={0}
          max={100}
          step={5}
          value={percent}
          onChange={(value) => settings.setState({ volume: value / 100 })}
        />
      </div>
      {volume === 0 && (
        <p className={classes.warn} role="status">
          {say("settings.silent")}
        </p>
      )}
      {tones.map((tone) => (
        <div key={tone} className={classes.line}>
          <span>{say(`settings.tones.${tone}`)}</span>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            aria-label={say("settings.testTone", { tone: say(`settings.tones.${tone}`) })}
            disabled={volume === 0}
            onClick={() => test(tone)}
          >
            {say("settings.test")}
          </Button>
        </div>
      ))}
    </>
  );
}
