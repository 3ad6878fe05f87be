import { IconMessage2Bolt } from "@tabler/icons-react";
import { useSay } from "../../app/context";
import { IconButton } from "../../app/IconButton";
import classes from "../OpenBox.module.css";
import { beginSearch } from "./write";

/** Opens the search for quick replies, for whoever does not type the two slashes. */
export function QuickButton() {
  const say = useSay();
  return (
    <IconButton className={classes.attach ?? ""} label={say("composer.quick.open")} onClick={beginSearch}>
      <IconMessage2Bolt size={20} aria-hidden />
    </IconButton>
  );
}
