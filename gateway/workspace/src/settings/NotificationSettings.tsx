import { Button, Switch } from "@mantine/core";
import { useSay, useSettings, useWorkspace } from "../app/context";
import { askPermission, usePermission } from "../bell/permission";
import classes from "./SettingsDialog.module.css";

/** Whether notifications are wanted, and whether the browser shows them: two things, and both must be so. */
export function NotificationSettings() {
  const say = useSay();
  const { settings, notices } = useWorkspace();
  const wanted = useSettings((s) => s.notifications);
  const permission = usePermission();
  const ask = () => void askPermission().then(() => notices.settle("notifications"));
  return (
    <>
      <Switch
        classNames={{ description: classes.hint ?? "" }}
        label={say("settings.notifications")}
        description={say("settings.notificationsHint")}
        checked={wanted}
        onChange={(e) => settings.setState({ notifications: e.currentTarget.checked })}
      />
      <div className={classes.line}>
        <p className={permission === "denied" && wanted ? classes.warn : classes.hint} role="status">
          {say(`settings.${permission}`)}
        </p>
        {permission === "default" && (
          <Button size="compact-sm" variant="light" onClick={ask}>
            {say("settings.ask")}
          </Button>
        )}
      </div>
    </>
  );
}
