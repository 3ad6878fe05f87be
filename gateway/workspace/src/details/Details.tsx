import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { memo } from "react";
import { useSay, useView, useWorkspace } from "../app/context";
import { showDetails } from "../desk/details";
import classes from "./Details.module.css";
import { Earlier } from "./Earlier";
import { Facts } from "./Facts";
import { Files } from "./Files";
import { Ids } from "./Ids";
import { Portrait } from "./Portrait";

/** What is known of a chat and its contact, beside the chat. */
export const Details = memo(function Details({ chat }: { chat: string }) {
  const say = useSay();
  const workspace = useWorkspace();
  const about = useView((v) => (v.chats.get(chat) ?? v.ended.get(chat))?.chat);
  const over = useView((v) => !v.chats.has(chat));
  if (about === undefined) return null;
  const close = () => {
    showDetails(workspace, false);
    // Else the focus would be gone with the button. A chat that the pane has covered gets it back by itself (useLaidOver.ts).
    document.getElementById("chat")?.focus();
  };
  return (
    <>
      <header className={classes.head}>
        <h2 className={classes.headline}>{say("shell.details")}</h2>
        <ActionIcon variant="subtle" color="gray" onClick={close} aria-label={say("details.close")}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </header>
      <Portrait contact={about.contact} channel={about.channel} />
      <Facts chat={about} over={over} />
      <Files key={`files ${chat}`} chat={chat} />
      <Earlier key={`${about.contact.id} ${chat}`} contact={about.contact} except={chat} />
      <Ids chat={about} />
    </>
  );
});
