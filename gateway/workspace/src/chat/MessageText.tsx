import { Fragment } from "react";
import { stretches } from "./links";

/** A customer's or operator's text: never markup. Only web addresses become links, and those open elsewhere. */
export function MessageText({ text }: { text: string }) {
  return stretches(text).map((s) =>
    s.link ? (
      <a key={s.at} href={s.text} target="_blank" rel="noopener noreferrer nofollow">
        {s.text}
      </a>
    ) : (
      <Fragment key={s.at}>{s.text}</Fragment>
    ),
  );
}
