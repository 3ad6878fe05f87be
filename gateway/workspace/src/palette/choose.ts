import { otherLayout } from "./layout";
import { type Field, score, wordsOf } from "./match";

/** What can be found, as far as finding it goes. */
export interface Findable<G extends string> {
  readonly group: G;
  readonly fields: readonly Field[];
}

export interface Found<G extends string, R> {
  readonly group: G;
  readonly rows: readonly R[];
}

/** Most rows shown at once: who sees more than these types another letter. */
export const mostRows = 50;

/** What the wrong layout gives counts a little less than what was really typed. */
const wrongLayout = 0.9;

/**
 * The rows that fit what was typed, in their groups: the best row first in each, and the group with the best row first.
 * Where nothing is typed every group shows its first rows, as many as atRest allows.
 */
export function choose<G extends string, R extends Findable<G>>(
  rows: readonly R[],
  query: string,
  atRest: Readonly<Record<G, number>>,
): Found<G, R>[] {
  const typed = wordsOf(query);
  if (typed.length === 0) return grouped(rows, (group: G) => atRest[group]);
  const mistyped = wordsOf(otherLayout(query));
  const fitting = rows
    .map((row) => ({ row, fit: Math.max(score(typed, row.fields), wrongLayout * score(mistyped, row.fields)) }))
    .filter((r) => r.fit > 0)
    .sort((a, b) => b.fit - a.fit) // rows that fit alike keep their order: sort is stable
    .slice(0, mostRows);
  return grouped(
    fitting.map((r) => r.row),
    () => mostRows,
  );
}

function grouped<G extends string, R extends Findable<G>>(rows: readonly R[], most: (group: G) => number) {
  const groups = new Map<G, R[]>();
  for (const row of rows) {
    const list = groups.get(row.group) ?? [];
    if (list.length < most(row.group)) groups.set(row.group, [...list, row]);
  }
  return [...groups].map(([group, list]): Found<G, R> => ({ group, rows: list }));
}
