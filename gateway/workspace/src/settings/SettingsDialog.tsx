import { Modal, SegmentedControl, Switch } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useSay, useSettings, useWorkspace } from "../app/context";
import { useFocusBack } from "../app/useFocusBack";
import { LanguageChoice } from "../header/LanguageChoice";
import { control } from "../palette/machine";
import { NotificationSettings } from "./NotificationSettings";
import classes from "./SettingsDialog.module.css";
import { SoundSettings } from "./SoundSettings";

/** What an operator sets for this browser. Everything holds at once: there is nothing to save. */
export function SettingsDialog() {
  const say = useSay();
  const w = useWorkspace();
  useFocusBack();
  return (
    <Modal
      opened
      onClose={() => w.show(null)}
      title={say("settings.title")}
      size="lg"
      classNames={{ title: classes.title ?? "" }}
      closeButtonProps={{ "aria-label": say("shell.close") }}
    >
      <p className={classes.scope}>{say("settings.scope")}</p>
      <Section title={say("settings.look")}>
        <Look />
      </Section>
      <Section title={say("settings.writing")}>
        <Writing />
      </Section>
      <Section title={say("settings.telling")}>
        <SoundSettings />
        <NotificationSettings />
      </Section>
    </Modal>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

function Look() {
  const say = useSay();
  const { settings } = useWorkspace();
  const scheme = useSettings((s) => s.scheme);
  const details = useSettings((s) => s.details);
  const ids = { language: useId(), scheme: useId() };
  return (
    <>
      <div className={classes.line}>
        <span id={ids.language}>{say("settings.language")}</span>
        <LanguageChoice labelledBy={ids.language} />
      </div>
      <div className={classes.line}>
        <span id={ids.scheme}>{say("settings.scheme")}</span>
        <SegmentedControl
          aria-labelledby={ids.scheme}
          size="xs"
          value={scheme}
          onChange={(value) => settings.setState({ scheme: value })}
          data={(["auto", "light", "dark"] as const).map((value) => ({ value, label: say(`header.schemes.${value}`) }))}
        />
      </div>
      <Switch
        label={say("settings.details")}
        checked={details}
        onChange={(e) => settings.setState({ details: e.currentTarget.checked })}
      />
    </>
  );
}

function Writing() {
  const say = useSay();
  const { settings } = useWorkspace();
  const sendKey = useSettings((s) => s.sendKey);
  const id = useId();
  return (
    <>
      <div className={classes.line}>
        <span id={id}>{say("settings.sendKey")}</span>
        <SegmentedControl
          aria-labelledby={id}
          size="xs"
          value={sendKey}
          onChange={(value) => settings.setState({ sendKey: value })}
          data={[
            { value: "enter" as const, label: say("settings.sendEnter") },
            { value: "ctrl-enter" as const, label: say("settings.sendCtrlEnter", { control }) },
          ]}
        />
      </div>
      <p className={classes.hint}>
        {say(sendKey === "enter" ? "settings.sendEnterHint" : "settings.sendCtrlEnterHint")}
      </p>
    </>
  );
}
