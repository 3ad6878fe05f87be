import type { Box } from "../desk/boxes";
import { longestKept } from "../desk/draft";
import { hindranceOf, mostFiles, textLength } from "../desk/files";
import type { ChannelInfo } from "../protocol/rest";
import { firstBlank } from "./quick/blank";

type Limits = ChannelInfo["limits"];

/** Why the box cannot be sent as it is. */
export type Hindrance =
  | { readonly is: "empty" | "uploading" | "bad_file" }
  | { readonly is: "too_long"; readonly by: number; readonly most: number }
  | { readonly is: "too_many"; readonly most: number }
  | { readonly is: "unfilled"; readonly macro: string };

/** The longest text, in UTF-16 units: what the channel takes, and never more than one frame to the server holds. */
function mostText(limits: Limits | undefined): number {
  return Math.min(limits?.text ?? longestKept, longestKept);
}

/** Looks at a box as the server and the channel would; null = it can be sent. Without limits the server has the word. */
export function hindrance(box: Box, limits: Limits | undefined): Hindrance | null {
  const length = textLength(box.draft.text.trim());
  const most = limits?.attachments ?? mostFiles;
  const longest = mostText(limits);
  if (length > longest) return { is: "too_long", by: length - longest, most: longest };
  if (box.files.length > most) return { is: "too_many", most };
  const blank = firstBlank(box.draft.text);
  if (blank !== null) return { is: "unfilled", macro: blank.macro };
  if (box.files.some((f) => hindranceOf(limits, f) !== null)) return { is: "bad_file" };
  if (box.files.some((f) => f.uploaded === null)) return { is: "uploading" };
  return length === 0 && box.files.length === 0 ? { is: "empty" } : null;
}

/** How many units are left for the text, told only near the limit: in its last tenth and above it. */
export function unitsLeft(text: string, limits: Limits | undefined): number | null {
  const longest = mostText(limits);
  const left = longest - textLength(text.trim());
  return left <= longest / 10 ? left : null;
}
