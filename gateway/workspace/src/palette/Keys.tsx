import { Kbd } from "@mantine/core";
import { Fragment } from "react";
import classes from "./Keys.module.css";
import { type Combo, spelled } from "./keys";
import { onMac } from "./machine";

/** A combination of keys as it is drawn. */
export function Keys({ combo }: { combo: Combo }) {
  return (
    <span className={classes.keys}>
      {spelled(combo, onMac).map((key, i) => (
        <Fragment key={key}>
          {i > 0 && !onMac && <span className={classes.plus}>+</span>}
          <Kbd size="sm" className={classes.key}>
            {key}
          </Kbd>
        </Fragment>
      ))}
    </span>
  );
}
