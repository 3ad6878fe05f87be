/** A contact card as clients are told one (gateway/ingest.go). */
export interface Card {
  readonly name: string;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
}

/** Reads the card of an attachment; what is not understood is left empty. */
export function cardOf(raw: unknown): Card {
  const card = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>) : {};
  return {
    name: typeof card.name === "string" ? card.name : "",
    phones: texts(card.phones),
    emails: texts(card.emails),
  };
}

function texts(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.filter((t) => typeof t === "string") : [];
}
