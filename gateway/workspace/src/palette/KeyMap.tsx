import { Modal, Switch } from "@mantine/core";
import { useSay, useSettings, useWorkspace } from "../app/context";
import { useFocusBack } from "../app/useFocusBack";
import classes from "./KeyMap.module.css";
import { Keys } from "./Keys";
import { type Shortcut, type ShortcutGroup, shortcuts } from "./table";

const groups: readonly ShortcutGroup[] = ["chats", "open", "move", "page"];

/** All shortcuts, drawn from their table. */
export function KeyMap() {
  const say = useSay();
  const workspace = useWorkspace();
  const letters = useSettings((s) => s.letterKeys);
  useFocusBack();
  return (
    <Modal
      opened
      onClose={() => workspace.show(null)}
      title={say("palette.map")}
      classNames={{ title: classes.name ?? "" }}
      size="lg"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": say("shell.close") }}
    >
      <div className={classes.groups}>
        {groups.map((group) => (
          <section key={group} aria-labelledby={`keys-${group}`}>
            <h3 id={`keys-${group}`} className={classes.title}>
              {say(`palette.group.${group}`)}
            </h3>
            <dl className={classes.list}>
              {shortcuts
                .filter((s) => s.group === group)
                .map((s) => (
                  <Line key={s.id} shortcut={s} letters={letters} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        classNames={{ root: classes.letters ?? "", description: classes.why ?? "" }}
        checked={letters}
        onChange={(e) => workspace.settings.setState({ letterKeys: e.currentTarget.checked })}
        label={say("palette.letterKeys")}
        description={say("palette.letterKeysWhy")}
      />
    </Modal>
  );
}

/** Keys that are switched off stay in the map, so that nobody looks for them in vain. */
function Line({ shortcut, letters }: { shortcut: Shortcut; letters: boolean }) {
  const say = useSay();
  const off = !letters && shortcut.keys.every((k) => k.held === "none" && k.key.length === 1);
  return (
    <div className={classes.line} data-off={off || undefined}>
      <dt>{off ? say("palette.off", { what: say(shortcut.word) }) : say(shortcut.word)}</dt>
      <dd>
        {shortcut.keys.map((combo) => (
          <Keys key={combo.key} combo={combo} />
        ))}
      </dd>
    </div>
  );
}
