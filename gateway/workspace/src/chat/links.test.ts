import fc from "fast-check";
import { expect, test } from "vitest";
import { stretches } from "./links";

const links = (text: string) =>
  stretches(text)
    .filter((s) => s.link)
    .map((s) => s.text);

test.each([
  ["see https://example.com/a?b=c#d, please", ["https://example.com/a?b=c#d"]],
  ["(http://example.com/x).", ["http://example.com/x"]],
  [
    "HTTPS://EXAMPLE.COM and http://xn--e1afmkfd.xn--p1ai/путь",
    ["HTTPS://EXAMPLE.COM", "http://xn--e1afmkfd.xn--p1ai/путь"],
  ],
  ["javascript:alert(1) data:text/html,x mailto:a@b.c ftp://x", []],
  ['"https://a.b/"onmouseover=1', ["https://a.b/"]],
  ["https://", []],
])("the web addresses in %s", (text, want) => {
  expect(links(text)).toEqual(want);
});

test("nothing of a text is lost, and only web addresses are links", () => {
  const piece = fc.constantFrom("https://a.b", "http://", "javascript:", " ", "\n", "<b>", ".", ")", "я", "\u202e");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((p) => p.join("")),
      ),
      (text) => {
        const all = stretches(text);
        expect(all.map((s) => s.text).join("")).toBe(text);
        for (const s of all) if (s.link) expect(s.text).toMatch(/^https?:\/\//i);
      },
    ),
  );
});
