import { ActionIcon, CopyButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useSay } from "../app/context";
import type { Full } from "../protocol/frames.gen";
import detailsClasses from "./Details.module.css";
import classes from "./Ids.module.css";

/** The ids by which administrators and other systems know all this. */
export function Ids({ chat }: { chat: Full }) {
  const say = useSay();
  return (
    <details className={detailsClasses.section}>
      <summary className={classes.summary}>{say("details.ids")}</summary>
      <Id name={say("details.idOf.chat")} value={chat.id} />
      <Id name={say("details.idOf.contact")} value={chat.contact.id} />
      <Id name={say("details.idOf.conversation")} value={chat.conversation} />
    </details>
  );
}

function Id({ name, value }: { name: string; value: string }) {
  const say = useSay();
  return (
    <div className={classes.id}>
      <div className={classes.texts}>
        <div className={classes.name}>{name}</div>
        <code className={classes.value}>{value}</code>
      </div>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <>
            <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={say("details.copy", { name })}>
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
            <VisuallyHidden role="status">{copied ? say("details.copied") : ""}</VisuallyHidden>
          </>
        )}
      </CopyButton>
    </div>
  );
}
