import { useBox, useLocal, useSay, useView } from "../app/context";
import type { ChannelInfo } from "../protocol/rest";
import type { Say } from "../words/words";
import { type Hindrance, hindrance } from "./sendable";

/** The limits of the chat's channel; undefined as long as nobody has told. */
export function useLimits(chat: string): ChannelInfo["limits"] | undefined {
  const channel = useView((v) => v.chats.get(chat)?.chat.channel.id ?? "");
  return useLocal((l) => l.channels.get(channel)?.limits);
}

/** Why the box cannot be sent, in words; null when it can. */
export function useHindered(chat: string): { readonly is: Hindrance["is"]; readonly words: string } | null {
  const say = useSay();
  const limits = useLimits(chat);
  const h = useBox(chat, (b) => hindrance(b, limits));
  return h === null ? null : { is: h.is, words: spelled(say, h) };
}

function spelled(say: Say, h: Hindrance): string {
  switch (h.is) {
    case "too_long":
      return say("composer.hindered.too_long", { count: h.most });
    case "too_many":
      return say("composer.hindered.too_many", { count: h.most });
    case "unfilled":
      return say("composer.hindered.unfilled", { macro: h.macro });
    default:
      return say(`composer.hindered.${h.is}`);
  }
}
