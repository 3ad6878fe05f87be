import { ActionIcon } from "@mantine/core";
import { IconSend2 } from "@tabler/icons-react";
import { useSay } from "../app/context";
import { useHindered } from "./hindered";

/** Stays reachable while it does nothing, so that it can say why. */
export function SendButton({ chat, describedBy }: { chat: string; describedBy: string }) {
  const say = useSay();
  const hindered = useHindered(chat);
  return (
    <ActionIcon
      type="submit"
      size="2.125rem"
      aria-label={say("composer.send")}
      title={hindered?.words ?? say("composer.send")}
      aria-disabled={hindered !== null}
      data-disabled={hindered !== null}
      aria-describedby={describedBy}
    >
      <IconSend2 size={20} aria-hidden />
    </ActionIcon>
  );
}
