import type { Row } from "../protocol/frames.gen";

/** What a row showed when it was last there. */
interface Sight {
  readonly name: string;
  readonly deadline: string | null;
  /** When this tab first saw the deadline, Unix milliseconds. */
  readonly since: number;
}

/** What is kept of a deadline, by chat. */
type Kept = Readonly<Record<string, Pick<Sight, "deadline" | "since">>>;

const key = "parley.deadlines";

/**
 * What a list remembers of its rows. A row out of sight is not drawn and remembers nothing itself; but its deadline does
 * not begin anew when it comes back, and one that has gone under the pointer still has a name. The server tells until when
 * an offer stays and not since when, so that stands in the tab's storage too: over a reload the ring goes on.
 */
export class Sights {
  private readonly known = new Map<string, Sight>();
  private readonly storage: Storage;
  private readonly kept: Kept;

  constructor(storage: Storage) {
    this.storage = storage;
    this.kept = read(storage.getItem(key));
  }

  /** A row as it is now; gives since when its deadline is known. */
  see(row: Pick<Row, "id" | "contact" | "deadline">, now: number): number {
    const before = this.known.get(row.id) ?? this.kept[row.id];
    const known = before?.deadline === row.deadline;
    const since = known ? before.since : now;
    this.known.set(row.id, { name: row.contact.name, deadline: row.deadline, since });
    if (!known && row.deadline !== null) this.keep();
    return since;
  }

  /** The rows of the list from now on: the others are forgotten. */
  look(shown: readonly string[], rowOf: (chat: string) => Row | undefined, now: number): void {
    const here = new Set(shown);
    for (const chat of this.known.keys()) if (!here.has(chat)) this.known.delete(chat);
    for (const chat of shown) {
      const row = rowOf(chat);
      if (row !== undefined) this.see(row, now);
    }
  }

  /** The customer's name in a row, also after its chat has gone. */
  name(chat: string): string {
    return this.known.get(chat)?.name ?? "";
  }

  private keep(): void {
    const all = [...this.known].filter(([, s]) => s.deadline !== null);
    const kept: Kept = Object.fromEntries(all.map(([chat, { deadline, since }]) => [chat, { deadline, since }]));
    try {
      this.storage.setItem(key, JSON.stringify(kept));
    } catch {
      // A full storage: after a reload the ring is full again, and the time beside it is right all the same.
    }
  }
}

/** What stands there may be of another version of this page. */
function read(text: string | null): Kept {
  try {
    const all = Object.entries(JSON.parse(text ?? "{}") as Record<string, Partial<Sight> | null>);
    return Object.fromEntries(
      all.flatMap(([chat, s]) =>
        typeof s?.deadline === "string" && typeof s.since === "number"
          ? [[chat, { deadline: s.deadline, since: s.since }]]
          : [],
      ),
    );
  } catch {
    return {};
  }
}
