import type { ComponentProps } from "react";
import classes from "./IconButton.module.css";

/**
 * A small button with a picture and a name. Where there are hundreds, in lines and rows, and in the reply box, which is
 * drawn with each key, it stands for Mantine's ActionIcon, whose props and styles are worked out anew at every drawing.
 */
export function IconButton({ label, className, ...rest }: { label: string } & ComponentProps<"button">) {
  return (
    <button
      type="button"
      className={`${classes.button} ${className ?? ""}`}
      aria-label={label}
      title={label}
      {...rest}
    />
  );
}
