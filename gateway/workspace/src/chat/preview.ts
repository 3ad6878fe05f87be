import type { Say } from "../words/words";

/**
 * A row's preview in the words of the page. Of a message without text the server gives what kind it is, as [image]
 * (contract.md names no words for it, and a preview is made once for all languages).
 */
export function previewOf(preview: string, say: Say): string {
  const kind = /^\[([a-z_]+)\]$/.exec(preview)?.[1];
  switch (kind) {
    case undefined:
      return preview;
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "file":
    case "sticker":
    case "location":
    case "contact":
      return say(`lists.file.${kind}`);
    case "unsupported":
    case "form":
    case "order":
    case "postback":
      return say("lists.file.unsupported");
    default:
      return preview; // somebody writes like that
  }
}
