import { beginSearch } from "../composer/quick/write";
import { detailsShown, showDetails, uncovered } from "../desk/details";
import type { Workspace } from "../desk/workspace";
import { offersInOrder } from "../feed/order";
import type { Word } from "../words/words";
import type { Bound } from "./keys";
import { focusLists, focusReplyBox, moveInLists } from "./places";
import { nextWaiting } from "./waiting";

export type ShortcutId =
  | "palette"
  | "nextWaiting"
  | "chat"
  | "accept"
  | "reply"
  | "quickReply"
  | "transfer"
  | "finish"
  | "details"
  | "lists"
  | "down"
  | "up"
  | "status"
  | "quiet"
  | "keys"
  | "escape";

export type ShortcutGroup = "chats" | "open" | "move" | "page";

export interface Shortcut extends Bound<ShortcutId> {
  readonly group: ShortcutGroup;
  readonly word: Word;
  /** What it would do now, where that is more than its word. */
  readonly now?: (w: Workspace) => Word;
  /** Whether it can do anything now; without it, always. */
  readonly can?: (w: Workspace) => boolean;
  /** What it does; those without are done by whatever is in front. n is the digit of 1-9. */
  readonly run?: (w: Workspace, n: number) => void;
  /** It chooses or moves by hand, which the palette has better means for. */
  readonly byHand?: boolean;
}

/** All shortcuts: what the keys do, what the map shows and what the palette offers. */
export const shortcuts: readonly Shortcut[] = [
  {
    id: "palette",
    keys: [{ held: "mod", key: "K" }],
    group: "page",
    word: "palette.do.palette",
    run: (w) => w.show(w.local.getState().dialog?.is === "palette" ? null : { is: "palette" }),
    byHand: true,
  },
  {
    id: "nextWaiting",
    keys: [{ held: "alt", key: "N" }],
    group: "chats",
    word: "palette.do.nextWaiting",
    can: (w) => nextWaiting(w.view, w.local.getState().open) !== null,
    run: (w) => w.chats.open(nextWaiting(w.view, w.local.getState().open)),
  },
  {
    id: "accept",
    keys: [{ held: "alt", key: "A" }],
    group: "chats",
    word: "palette.do.accept",
    can: (w) => w.view.offers.size > 0,
    run: (w) => {
      const oldest = offersInOrder(w.view)[0];
      if (oldest !== undefined) void w.chats.accept(oldest);
    },
  },
  {
    id: "chat",
    keys: [{ held: "alt", key: "1-9" }],
    group: "chats",
    word: "palette.do.chat",
    run: (w, n) => {
      const chat = w.shownChats[n - 1];
      if (chat !== undefined && w.view.chats.has(chat)) w.chats.open(chat);
    },
    byHand: true,
  },
  {
    id: "reply",
    keys: [{ held: "alt", key: "R" }],
    group: "open",
    word: "palette.do.reply",
    can: (w) => ownOpen(w) !== null,
    run: (w) => uncovered(w, focusReplyBox),
  },
  {
    id: "quickReply",
    keys: [{ held: "alt", key: "P" }],
    group: "open",
    word: "palette.do.quickReply",
    can: (w) => ownOpen(w) !== null,
    run: (w) => uncovered(w, beginSearch),
  },
  {
    id: "transfer",
    keys: [{ held: "alt", key: "T" }],
    group: "open",
    word: "palette.do.transfer",
    can: (w) => ownOpen(w) !== null,
    run: (w) => withOpen(w, (chat) => w.show({ is: "transfer", chat })),
  },
  {
    id: "finish",
    keys: [{ held: "alt", key: "F" }],
    group: "open",
    word: "palette.do.finish",
    can: (w) => ownOpen(w) !== null,
    run: (w) => withOpen(w, (chat) => w.show({ is: "finish", chat })),
  },
  {
    id: "details",
    keys: [{ held: "alt", key: "D" }],
    group: "open",
    word: "palette.do.details",
    now: (w) => (detailsShown(w) ? "palette.now.hideDetails" : "palette.now.showDetails"),
    can: (w) => w.local.getState().open !== null,
    run: (w) => showDetails(w, !detailsShown(w)),
  },
  {
    id: "lists",
    keys: [{ held: "alt", key: "L" }],
    group: "move",
    word: "palette.do.lists",
    run: focusLists,
  },
  {
    id: "down",
    keys: [
      { held: "none", key: "J" },
      { held: "none", key: "ArrowDown" },
    ],
    group: "move",
    word: "palette.do.down",
    run: () => moveInLists(1),
    repeats: true,
    byHand: true,
  },
  {
    id: "up",
    keys: [
      { held: "none", key: "K" },
      { held: "none", key: "ArrowUp" },
    ],
    group: "move",
    word: "palette.do.up",
    run: () => moveInLists(-1),
    repeats: true,
    byHand: true,
  },
  {
    id: "status",
    keys: [{ held: "alt", key: "S" }],
    group: "page",
    word: "palette.do.status",
    now: (w) => (w.view.me?.preferred === "active" ? "palette.now.inactive" : "palette.now.active"),
    can: (w) => w.view.me !== null,
    run: (w) => void w.chats.setStatus(w.view.me?.preferred === "active" ? "inactive" : "active"),
  },
  {
    id: "quiet",
    keys: [{ held: "alt", key: "M" }],
    group: "page",
    word: "palette.do.quiet",
    now: (w) => (w.settings.getState().quiet ? "palette.now.loud" : "palette.now.quiet"),
    run: switchQuiet,
  },
  {
    id: "keys",
    keys: [{ held: "none", key: "?" }],
    group: "page",
    word: "palette.do.keys",
    run: (w) => w.show({ is: "keys" }),
  },
  { id: "escape", keys: [{ held: "none", key: "Escape" }], group: "page", word: "palette.do.escape", byHand: true },
];

/** The open chat while it is this operator's; an ended one can only be looked at. */
export function ownOpen(w: Workspace): string | null {
  const { open } = w.local.getState();
  return open !== null && w.view.chats.has(open) ? open : null;
}

function withOpen(w: Workspace, act: (chat: string) => void): void {
  const chat = ownOpen(w);
  if (chat !== null) act(chat);
}

/** Silence that nobody noticed is the worst of settings: it is said aloud. */
function switchQuiet(w: Workspace): void {
  const quiet = !w.settings.getState().quiet;
  w.settings.setState({ quiet });
  w.notices.tell({ tone: "info", key: "quiet", word: quiet ? "palette.quietNow" : "palette.loudNow" });
}
