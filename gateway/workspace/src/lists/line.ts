import { useSay, useView } from "../app/context";
import { gist } from "../chat/gist";
import { previewOf } from "../chat/preview";
import type { Message } from "../protocol/frames.gen";

/** Gives a message in one line with who of us said it, for rows; without one, the preview that the server made. */
export function useLine(): (m: Message | null, preview: string) => string {
  const say = useSay();
  const me = useView((v) => v.me?.id);
  return (m, preview) => {
    if (m === null) return previewOf(preview, say);
    const text = gist(m, say);
    if (m.direction !== "out" || m.author.kind !== "operator") return text;
    return m.author.id === me ? say("lists.you", { text }) : say("lists.said", { name: m.author.name, text });
  };
}
