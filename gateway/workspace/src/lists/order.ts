/**
 * The order to show while somebody's pointer or focus is inside: what is shown stays where it is, what has gone keeps its
 * place (its row says so), what is new comes last. Nothing moves under the pointer.
 */
export function held(shown: readonly string[], wanted: readonly string[]): readonly string[] {
  const known = new Set(shown);
  const fresh = wanted.filter((id) => !known.has(id));
  return fresh.length === 0 ? shown : [...shown, ...fresh];
}
