import type { Row } from "../protocol/frames.gen";

/** What a row showed when it was last there. */
interface Sight {
  readonly name: string;
  readonly deadline: string | null;
  /** When this page first saw the deadline, Unix milliseconds. */
  readonly since: number;
}

/**
 * What a list remembers of its rows. A row out of sight is not drawn and remembers nothing itself; but its deadline does
 * not begin anew when it comes back, and one that has gone under the pointer still has a name.
 */
export class Sights {
  private readonly known = new Map<string, Sight>();

  /** A row as it is now; gives since when its deadline is known. */
  see(row: Pick<Row, "id" | "contact" | "deadline">, now: number): number {
    const before = this.known.get(row.id);
    const since = before !== undefined && before.deadline === row.deadline ? before.since : now;
    this.known.set(row.id, { name: row.contact.name, deadline: row.deadline, since });
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
}
