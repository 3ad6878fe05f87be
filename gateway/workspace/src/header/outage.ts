import { useEffect, useState } from "react";
import { useLocal } from "../app/context";
import type { Cause } from "../protocol/backoff";

/** What there is to say of the connection: nothing while it is well. */
export type Outage =
  | { readonly is: "well" }
  | { readonly is: "broken"; readonly cause: Cause | null }
  | { readonly is: "back"; readonly resumed: boolean };

/** A break shorter than this is nobody's business. */
const worthWords = 1_000;
const backShown = 3_000;

export function useOutage(): Outage {
  const standing = useLocal((l) => l.standing);
  const [phase, set] = useState<Outage["is"]>("well");
  const [last, setLast] = useState<Cause | null>(null);
  // An attempt made by hand knows no cause: what broke the connection still holds.
  const known = "cause" in standing ? (standing.cause ?? last) : null;
  if (known !== last) setLast(known);
  const cause = navigator.onLine ? known : "offline"; // every attempt fails then as if the server were away
  const open = standing.is === "open";
  const ended = standing.is === "ended"; // the sign-in over the page says what is to be done

  useEffect(() => {
    if (ended) {
      set("well");
      return;
    }
    if (!open) {
      const timer = setTimeout(() => set("broken"), worthWords);
      return () => clearTimeout(timer);
    }
    set((p) => (p === "broken" ? "back" : "well"));
    const timer = setTimeout(() => set("well"), backShown);
    return () => clearTimeout(timer);
  }, [open, ended]);

  if (phase === "well") return { is: "well" };
  if (standing.is === "open") return { is: "back", resumed: standing.resumed };
  return { is: "broken", cause };
}
