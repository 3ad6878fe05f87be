// The picture of public/favicon.svg, with a count laid over it.
const bubble =
  '<path d="M6 5h20a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H15l-7 6v-6H6a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3z" fill="#1f6feb"/>';
const lines = '<path d="M9 12h14M9 17h9" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>';

function drawing(label: string): string {
  const badge = `<circle cx="21" cy="20" r="11" fill="#c62828" stroke="#fff" stroke-width="1.5"/><text x="21" y="25.4" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${label.length > 1 ? 13 : 16}" fill="#fff">${label}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${bubble}${lines}${badge}</svg>`;
}

/** The page's icon in the browser's tab; as blobs, because the page loads nothing that is not its own. */
export class Favicon {
  private readonly link: HTMLLinkElement | null;
  private readonly plain: string;
  private readonly drawn = new Map<string, string>();

  constructor(page: Document) {
    this.link = page.querySelector<HTMLLinkElement>("link[rel=icon]");
    this.plain = this.link?.getAttribute("href") ?? "";
  }

  show(count: number): void {
    const href = count === 0 ? this.plain : this.address(count > 9 ? "9+" : String(count));
    if (this.link !== null && this.link.getAttribute("href") !== href) this.link.setAttribute("href", href);
  }

  /** There are ten of them at most, so they are kept. */
  private address(label: string): string {
    const found = this.drawn.get(label);
    if (found !== undefined) return found;
    const made = URL.createObjectURL(new Blob([drawing(label)], { type: "image/svg+xml" }));
    this.drawn.set(label, made);
    return made;
  }
}
