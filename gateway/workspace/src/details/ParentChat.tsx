import { useEffect, useState } from "react";
import { useSay } from "../app/context";
import type { Full } from "../protocol/frames.gen";
import { rest } from "../protocol/rest";
import classes from "./Details.module.css";
import { EarlierDialog } from "./EarlierDialog";

/** The chat that this one continues: whose it was. It can be read. */
export function ParentChat({ chat }: { chat: string }) {
  const say = useSay();
  const [parent, setParent] = useState<Full | null>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    rest.GET("/api/v1/chats/{chat}", { params: { path: { chat } }, signal: stop.signal }).then(
      ({ data }) => data !== undefined && setParent(data),
      () => undefined, // the fact without its link still says that the chat was transferred
    );
    return () => stop.abort();
  }, [chat]);
  if (parent === null) return say("details.anotherChat");
  return (
    <>
      <button type="button" className={classes.link} onClick={() => setOpen(true)}>
        <bdi>{parent.owner?.name ?? parent.queue.name}</bdi>
      </button>
      {open && <EarlierDialog chat={parent} close={() => setOpen(false)} />}
    </>
  );
}
