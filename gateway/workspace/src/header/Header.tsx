import { IconBell, IconBellOff, IconSearch, IconSettings } from "@tabler/icons-react";
import { memo } from "react";
import { useSay, useSettings, useWorkspace } from "../app/context";
import { SoundHint } from "../bell/SoundHint";
import { control, onMac } from "../palette/machine";
import { ConnectionBar } from "./ConnectionBar";
import { ConnectionDot } from "./ConnectionDot";
import { Counts } from "./Counts";
import classes from "./Header.module.css";
import { Profile } from "./Profile";
import { SlotMeter } from "./SlotMeter";
import { StatusSwitch } from "./StatusSwitch";
import { Tool } from "./Tool";

/** How the operator and the server stand, in one row, and the ways to what lies behind. */
export const Header = memo(function Header() {
  const say = useSay();
  return (
    <header className={classes.header}>
      <div className={classes.row}>
        <h1 className={classes.name}>{say("header.product")}</h1>
        <StatusSwitch />
        <SlotMeter />
        <Counts />
        <ConnectionDot />
        <div className={classes.hint}>
          <SoundHint />
        </div>
        <Tools />
      </div>
      <ConnectionBar />
    </header>
  );
});

function Tools() {
  const say = useSay();
  const w = useWorkspace();
  const quiet = useSettings((s) => s.quiet);
  return (
    <div className={classes.tools}>
      <div className={classes.wide}>
        <Tool
          label={say("header.find")}
          title={say("header.findKeys", { control })}
          keys={onMac ? "Meta+K" : "Control+K"}
          icon={IconSearch}
          onClick={() => w.show({ is: "palette" })}
        />
      </div>
      <Tool
        label={say("header.quietOn")}
        title={say(quiet ? "header.quietOn" : "header.quietOff")}
        pressed={quiet}
        icon={quiet ? IconBellOff : IconBell}
        onClick={() => w.settings.setState({ quiet: !quiet })}
      />
      <div className={classes.wide}>
        <Tool label={say("header.settings")} icon={IconSettings} onClick={() => w.show({ is: "settings" })} />
      </div>
      <Profile />
    </div>
  );
}
