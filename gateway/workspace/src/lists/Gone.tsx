import { useSay } from "../app/context";
import classes from "./Row.module.css";

/** A row whose chat has gone while somebody was in the list: it keeps its place and says why, and can do nothing. */
export function Gone({ name, why }: { name: string; why: string }) {
  return (
    <div className={classes.row} data-gone>
      <div className={classes.main} data-row tabIndex={-1}>
        <span className={classes.line}>
          <bdi className={classes.name}>{name}</bdi>
        </span>
        <span className={classes.text}>{why}</span>
      </div>
    </div>
  );
}

/** Why an offer left the list, in words. */
export function useWhy(): (reason: string | undefined, by: string | undefined) => string {
  const say = useSay();
  return (reason, by) => {
    switch (reason) {
      case "taken":
        return say("lists.gone.taken", { by: by ?? "" });
      case "expired":
        return say("lists.gone.expired");
      case "completed":
        return say("lists.gone.completed");
      case "transferred":
        return say("lists.gone.transferred");
      case "declined":
        return say("lists.gone.declined");
      case "inactive":
        return say("lists.gone.inactive");
      case "limit":
        return say("lists.gone.limit");
      default:
        return say("lists.gone.other");
    }
  };
}
