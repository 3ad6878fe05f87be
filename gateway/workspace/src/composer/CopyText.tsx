import { Button } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useSay } from "../app/context";

/**
 * Copies a text, and says so once it has: a refused clipboard leaves the words as they are. A page that is not served
 * securely has no clipboard; there the text is marked and copied by hand.
 */
export function CopyText({ text }: { text: string }) {
  const say = useSay();
  const [copied, set] = useState("");
  if (navigator.clipboard === undefined) return null;
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => set(text),
      () => set(""),
    );
  };
  return (
    <Button variant="default" size="compact-sm" leftSection={<IconCopy size={14} aria-hidden />} onClick={copy}>
      {copied === text ? say("composer.copied") : say("composer.copyLeftOver")}
    </Button>
  );
}
