import { Button, CloseButton } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useRef } from "react";
import { useStore } from "zustand";
import { useSay, useWorkspace } from "../app/context";
import type { LeftOver } from "../desk/leftovers";
import classes from "./LeftOvers.module.css";

/** What was typed and has no reply box any more: it stands here until it is copied or dismissed. */
export function LeftOvers() {
  const say = useSay();
  const all = useStore(useWorkspace().leftOvers.store);
  if (all.length === 0) return null;
  return (
    <ul className={classes.list} aria-label={say("composer.leftOver.list")}>
      {all.map((left) => (
        <Card key={left.id} left={left} />
      ))}
    </ul>
  );
}

function Card({ left }: { left: LeftOver }) {
  const say = useSay();
  const { leftOvers, notices } = useWorkspace();
  const { id, why, name, text, files } = left;
  const field = useRef<HTMLTextAreaElement>(null);
  const drop = () => {
    leftOvers.drop(id);
    notices.hold(false); // what is taken away from under the pointer does not always say that it left
  };
  // Where the clipboard is refused the text is marked, to be copied by hand.
  const mark = () => {
    field.current?.focus();
    field.current?.select();
  };
  const copy = () => void navigator.clipboard.writeText(text).then(drop, mark);
  return (
    <li className={classes.card}>
      <div className={classes.said}>
        {name !== "" && (
          <strong className={classes.name} dir="auto">
            {name}
          </strong>
        )}
        <p>{say(`composer.leftOver.${why}`)}</p>
        {files.length > 0 && (
          <p className={classes.files}>
            {files.map((file, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may be alike, and the list never changes
              <bdi key={i}>{file}</bdi>
            ))}
          </p>
        )}
      </div>
      <CloseButton size="sm" aria-label={say("composer.dismissLeftOver")} onClick={drop} />
      {text !== "" && (
        <textarea
          ref={field}
          className={classes.text}
          dir="auto"
          readOnly
          rows={2}
          value={text}
          aria-label={say("composer.kept")}
        />
      )}
      {text !== "" && navigator.clipboard !== undefined && (
        <Button size="compact-sm" variant="light" leftSection={<IconCopy size={16} aria-hidden />} onClick={copy}>
          {say("composer.copyLeftOver")}
        </Button>
      )}
    </li>
  );
}
