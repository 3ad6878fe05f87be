import { useSay } from "../app/context";
import type { Message } from "../protocol/frames.gen";

/** Gives a message in one line, for rows; without one, the preview that the server made. */
export function useLine(): (m: Message | null, preview: string) => string {
  const say = useSay();
  return (m, preview) => {
    if (m === null) return preview;
    const first = m.attachments[0];
    const text = m.text !== "" || first === undefined ? m.text : say(`lists.file.${first.kind}`);
    return m.direction === "out" && m.author.kind === "operator" ? say("lists.you", { text }) : text;
  };
}
