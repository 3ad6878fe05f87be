import { ActionIcon } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";

interface Props {
  readonly label: string;
  /** Said to the pointer; the label when it is missing. */
  readonly title?: string;
  readonly icon: Icon;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly keys?: string;
}

/** A button of the header that is an icon. */
export function Tool({ label, title, icon: Picture, onClick, pressed, keys }: Props) {
  return (
    <ActionIcon
      variant={pressed ? "light" : "subtle"}
      color="gray"
      size={32}
      aria-label={label}
      title={title ?? label}
      aria-pressed={pressed}
      aria-keyshortcuts={keys}
      onClick={onClick}
    >
      <Picture size={18} aria-hidden />
    </ActionIcon>
  );
}
