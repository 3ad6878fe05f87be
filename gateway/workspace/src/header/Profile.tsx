import { Avatar, Popover, SegmentedControl, UnstyledButton } from "@mantine/core";
import { type Icon, IconKeyboard, IconLogout, IconSearch, IconSettings } from "@tabler/icons-react";
import { type ReactNode, useId, useRef, useState } from "react";
import { useStore } from "zustand";
import { useSay, useSettings, useWorkspace } from "../app/context";
import { control } from "../palette/machine";
import type { SignedOperator } from "../protocol/rest";
import type { Say } from "../words/words";
import { ConnectionWords } from "./ConnectionDot";
import { LanguageChoice } from "./LanguageChoice";
import classes from "./Profile.module.css";
import { StatusSwitch } from "./StatusSwitch";

/** The profile menu: who works here, the status (S12), and what concerns the page as a whole. */
export function Profile() {
  const say = useSay();
  const session = useStore(useWorkspace().sessions.store);
  const [opened, open] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const operator = session.is === "in" ? session.operator : session.is === "out" ? session.was : null;
  if (operator === null) return null;
  return (
    <Popover opened={opened} onChange={open} position="bottom-end" width={288} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          ref={target}
          className={classes.target}
          aria-label={say("header.profile", { name: operator.name })}
          title={operator.name}
          onClick={() => open(!opened)}
        >
          <Avatar size={28} color="accent" aria-hidden />
          <bdi className={classes.short} aria-hidden>
            {operator.name}
          </bdi>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Menu
          operator={operator}
          close={() => {
            target.current?.focus(); // a dialog gives the focus back to where it finds it now
            open(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function Menu({ operator, close }: { operator: SignedOperator; close: () => void }) {
  const say = useSay();
  const w = useWorkspace();
  const scheme = useSettings((s) => s.scheme);
  const show = (is: "palette" | "settings" | "keys") => () => {
    close();
    w.show({ is });
  };
  return (
    <div className={classes.menu}>
      <div className={classes.who}>
        <bdi>{operator.name}</bdi>
        <span>{operator.roles.map((r) => role(r, say)).join(", ")}</span>
      </div>
      <StatusSwitch fullWidth />
      <span className={classes.connection}>
        <ConnectionWords />
      </span>
      <Choice label={say("header.language")}>{(id) => <LanguageChoice labelledBy={id} fullWidth />}</Choice>
      <Choice label={say("header.scheme")}>
        {(id) => (
          <SegmentedControl
            aria-labelledby={id}
            size="xs"
            fullWidth
            value={scheme}
            onChange={(value) => w.settings.setState({ scheme: value })}
            data={(["auto", "light", "dark"] as const).map((value) => ({
              value,
              label: say(`header.schemes.${value}`),
            }))}
          />
        )}
      </Choice>
      <div className={classes.entries}>
        <Entry icon={IconSearch} onClick={show("palette")} keys={`${control}+K`}>
          {say("header.find")}
        </Entry>
        <Entry icon={IconSettings} onClick={show("settings")}>
          {say("header.settings")}
        </Entry>
        <Entry icon={IconKeyboard} onClick={show("keys")} keys="?">
          {say("header.keys")}
        </Entry>
        <Entry icon={IconLogout} onClick={() => void w.signOut()}>
          {say("header.signOut")}
        </Entry>
      </div>
    </div>
  );
}

function Choice({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={classes.choice}>
      <span id={id}>{label}</span>
      {children(id)}
    </div>
  );
}

interface EntryProps {
  readonly icon: Icon;
  readonly keys?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Entry({ icon: Picture, keys, onClick, children }: EntryProps) {
  return (
    <UnstyledButton className={classes.entry} onClick={onClick}>
      <Picture size={16} aria-hidden />
      <span>{children}</span>
      {keys !== undefined && <kbd aria-hidden>{keys}</kbd>}
    </UnstyledButton>
  );
}

/** An installation may know roles that this page does not. */
function role(name: string, say: Say): string {
  return name === "operator" || name === "supervisor" || name === "administrator" ? say(`header.role.${name}`) : name;
}
