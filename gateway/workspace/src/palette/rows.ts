import { gist } from "../chat/gist";
import { previewOf } from "../chat/preview";
import type { Workspace } from "../desk/workspace";
import { factsOf } from "../feed/facts";
import { offersInOrder } from "../feed/order";
import type { OperatorTarget, QueueTarget, Row, TargetsReply } from "../protocol/frames.gen";
import { type Language, languages, type Say } from "../words/words";
import type { Combo } from "./keys";
import { type Field, field } from "./match";
import { ownOpen, shortcuts } from "./table";

export type RowGroup = "active" | "new" | "targets" | "actions";

/** How many rows of a group are shown before something is typed. */
export const atRest: Readonly<Record<RowGroup, number>> = { active: 9, new: 5, targets: 0, actions: 30 };

/** A row of the palette. */
export interface PaletteRow {
  readonly id: string;
  readonly group: RowGroup;
  readonly title: string;
  /** The title is somebody's name or text, not a word of ours. */
  readonly foreign: boolean;
  readonly detail: string;
  readonly mark: Mark;
  readonly keys: Combo | null;
  readonly fields: readonly Field[];
  /** null: it is shown with its reason and cannot be chosen. */
  readonly run: (() => void) | null;
}

/** The sign in front of a row. */
export type Mark =
  | { readonly is: "channel"; readonly provider: string }
  | { readonly is: "queue" }
  | { readonly is: "operator"; readonly indicator: OperatorTarget["indicator"] }
  | { readonly is: "action" };

/** Everything that can be found now. */
export function rowsOf(w: Workspace, say: Say, language: Language, targets: TargetsReply | null): PaletteRow[] {
  return [...chatRows(w, say), ...offerRows(w, say), ...actionRows(w, say, language), ...targetRows(w, say, targets)];
}

function chatRows(w: Workspace, say: Say): PaletteRow[] {
  const shown = w.shownChats.filter((id) => w.view.chats.has(id));
  const order = new Set([...shown, ...w.view.chats.keys()]);
  return [...order].flatMap((id) => {
    const desk = w.view.chats.get(id);
    if (desk === undefined) return [];
    const { last } = factsOf(desk);
    const text = last === null ? previewOf(desk.chat.preview, say) : gist(last, say);
    return [chatRow(desk.chat, "active", text, "", () => w.chats.open(id))];
  });
}

/** An offer is accepted by choosing it, as its row's button does. */
function offerRows(w: Workspace, say: Say): PaletteRow[] {
  return offersInOrder(w.view).flatMap((id) => {
    const row = w.view.offers.get(id);
    if (row === undefined) return [];
    return [chatRow(row, "new", previewOf(row.preview, say), say("palette.accepts"), () => void w.chats.accept(id))];
  });
}

function chatRow(chat: Row, group: RowGroup, text: string, what: string, run: () => void): PaletteRow {
  const { contact, channel, queue } = chat;
  return {
    id: `${group}:${chat.id}`,
    group,
    title: contact.name,
    foreign: true,
    detail: [what, queue.name, text].filter((part) => part !== "").join(" · "),
    mark: { is: "channel", provider: channel.provider },
    keys: null,
    fields: [
      field(contact.name, 1),
      field(channel.name, 0.7),
      field(channel.provider, 0.7),
      field(queue.name, 0.7),
      field(text, 0.5, "inside"),
    ],
    run,
  };
}

function actionRows(w: Workspace, say: Say, language: Language): PaletteRow[] {
  const row = (id: string, title: string, run: () => void, keys: Combo | null = null, also = ""): PaletteRow => ({
    id: `do:${id}`,
    group: "actions",
    title,
    foreign: false,
    detail: "",
    mark: { is: "action" },
    keys,
    fields: [field(title, 0.95), field(also, 0.7, "starts")],
    run,
  });
  const bound = shortcuts.flatMap((s) => {
    const { run } = s;
    if (run === undefined || s.byHand === true || s.can?.(w) === false) return [];
    return [row(s.id, say(s.now?.(w) ?? s.word), () => run(w, 0), s.keys[0] ?? null, say(s.word))];
  });
  const scheme = w.settings.getState().scheme;
  const schemes = (["auto", "light", "dark"] as const).filter((other) => other !== scheme);
  const tongues = (Object.keys(languages) as Language[]).filter((other) => other !== language);
  return [
    ...bound,
    row("settings", say("palette.settings"), () => w.show({ is: "settings" })),
    ...schemes.map((to) => row(`scheme-${to}`, say(`palette.scheme.${to}`), () => w.settings.setState({ scheme: to }))),
    ...tongues.map((to) =>
      row(
        `language-${to}`,
        say("palette.language", { language: languages[to] }),
        () => w.settings.setState({ language: to }),
        null,
        to,
      ),
    ),
    row("sign-out", say("palette.signOut"), () => void w.signOut()),
  ];
}

/** Whom the open chat can be handed to. */
function targetRows(w: Workspace, say: Say, targets: TargetsReply | null): PaletteRow[] {
  const chat = ownOpen(w);
  if (targets === null || chat === null) return [];
  const what = say("palette.transferTo");
  const row = (id: string, name: string, detail: string, mark: Mark, run: PaletteRow["run"]): PaletteRow => ({
    id,
    group: "targets",
    title: name,
    foreign: true,
    detail,
    mark,
    keys: null,
    fields: [field(name, 0.9), field(what, 0.6, "starts")],
    run,
  });
  const queue = (q: QueueTarget) =>
    row(`queue:${q.id}`, q.name, say("palette.queueFree", { free: q.free, waiting: q.waiting }), { is: "queue" }, () =>
      w.show({ is: "transfer", chat, to: { queue: q.id } }),
    );
  const operator = (o: OperatorTarget) =>
    row(
      `operator:${o.id}`,
      o.name,
      say(`palette.indicator.${o.indicator}`, { load: o.load }),
      { is: "operator", indicator: o.indicator },
      o.indicator === "grey" ? null : () => w.show({ is: "transfer", chat, to: { operator: o.id } }),
    );
  return [...targets.queues.map(queue), ...targets.operators.map(operator)];
}
