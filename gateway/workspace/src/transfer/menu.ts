import { fold } from "../palette/match";
import type { OperatorTarget, QueueTarget, Target, TargetsReply } from "../protocol/frames.gen";

/** One line of the menu (S41). Its key tells queues and operators apart. */
export type Line =
  | { readonly is: "queue"; readonly key: string; readonly target: QueueTarget; readonly gone: boolean }
  | { readonly is: "operator"; readonly key: string; readonly target: OperatorTarget; readonly gone: boolean };

/** The key of the line that shows a target. */
export function keyOf(to: Target): string {
  return to.queue === undefined ? `o ${to.operator}` : `q ${to.queue}`;
}

/** Queues before operators; the order stands as long as the dialog does. */
export type Menu = readonly Line[];

/** A grey operator is shown and cannot be chosen (S42, S43); what has left the configuration meanwhile neither. */
export function choosable(line: Line): boolean {
  return !line.gone && (line.is === "queue" || line.target.indicator !== "grey");
}

const rank: Readonly<Record<OperatorTarget["indicator"], number>> = { green: 0, red: 1, grey: 2 };

/**
 * The menu after the server has told its targets again. What is in it keeps its place, whatever has become of it, so that
 * nothing moves under a pointer; what is new comes behind its like.
 */
export function renewed(menu: Menu, targets: TargetsReply): Menu {
  const fresh: Line[] = [
    ...[...targets.queues]
      .sort(byName)
      .map((t): Line => ({ is: "queue", key: keyOf({ queue: t.id }), target: t, gone: false })),
    ...[...targets.operators]
      .sort((a, b) => rank[a.indicator] - rank[b.indicator] || byName(a, b))
      .map((t): Line => ({ is: "operator", key: keyOf({ operator: t.id }), target: t, gone: false })),
  ];
  const now = new Map(fresh.map((l) => [l.key, l]));
  const kept = menu.map((l) => now.get(l.key) ?? { ...l, gone: true });
  const had = new Set(menu.map((l) => l.key));
  const all = [...kept, ...fresh.filter((l) => !had.has(l.key))];
  return [...all.filter((l) => l.is === "queue"), ...all.filter((l) => l.is === "operator")];
}

function byName(a: { readonly name: string; readonly id: string }, b: { readonly name: string; readonly id: string }) {
  return a.name.localeCompare(b.name) || a.id.localeCompare(b.id);
}

/** The lines that a typed text finds: each of its words begins a word of the name. */
export function found(menu: Menu, typed: string): Menu {
  const wanted = words(typed);
  return menu.filter((l) => {
    const here = words(l.target.name);
    return wanted.every((w) => here.some((h) => h.startsWith(w)));
  });
}

/** The line that is picked, if what is typed shows it: a chat goes to nobody who is out of sight. */
export function inSight(menu: Menu, typed: string, picked: string | null): Line | null {
  return found(menu, typed).find((l) => l.key === picked) ?? null;
}

function words(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The line that a key moves to: over disabled ones too, so that their reason can be heard. */
export function moved(
  lines: Menu,
  at: string | null,
  key: "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp",
): string | null {
  if (lines.length === 0) return null;
  const now = lines.findIndex((l) => l.key === at);
  const last = lines.length - 1;
  const page = 8;
  const to = {
    ArrowDown: now === last ? 0 : now + 1,
    ArrowUp: now <= 0 ? last : now - 1,
    PageDown: Math.min(last, now + page),
    PageUp: Math.max(0, now - page),
  }[key];
  return lines[to]?.key ?? null;
}
