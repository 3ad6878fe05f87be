import { useNow, useSay } from "../app/context";
import { age } from "../words/spell";
import classes from "./Age.module.css";

/** From when on a wait is warm, and from when on it is hot, in milliseconds. */
const warm = 2 * 60_000;
const hot = 5 * 60_000;

/** How long somebody has been waiting; the colour warms with the time, the number says the same. */
export function Age({ since, word }: { since: number; word: "lists.age" | "lists.waitsOnMe" }) {
  const say = useSay();
  const waited = useNow(1000) - since;
  const heat = waited >= hot ? "hot" : waited >= warm ? "warm" : undefined;
  const text = age(say, waited);
  return (
    <span className={classes.age} data-heat={heat} title={say(word, { age: text })}>
      <span className={classes.hidden}>{say(word, { age: text })}</span>
      <span aria-hidden>{text}</span>
    </span>
  );
}
