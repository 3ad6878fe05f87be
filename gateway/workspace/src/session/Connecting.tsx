import { useEffect, useState } from "react";
import { useLocal, useSay } from "../app/context";
import classes from "./SignIn.module.css";

/** An answer that comes at once is not preceded by a word. */
const worthWords = 300;

/** Nobody knows yet whose page this is. */
export function Connecting() {
  const say = useSay();
  const unreachable = useLocal((l) => l.standing.is === "waiting");
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), worthWords);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={classes.page}>
      <p role="status" className={classes.quiet}>
        {shown && say(unreachable ? "session.waiting" : "session.connecting")}
      </p>
    </main>
  );
}
