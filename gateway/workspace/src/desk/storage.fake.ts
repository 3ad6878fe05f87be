/** The browser's storage, in memory. */
export class FakeStorage implements Storage {
  private readonly kept = new Map<string, string>();
  /** Nothing more fits in. */
  full = false;

  get length(): number {
    return this.kept.size;
  }

  key(i: number): string | null {
    return [...this.kept.keys()][i] ?? null;
  }

  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(key, value);
  }

  removeItem(key: string): void {
    this.kept.delete(key);
  }

  clear(): void {
    this.kept.clear();
  }
}
