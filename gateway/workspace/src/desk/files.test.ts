import fc from "fast-check";
import { expect, test } from "vitest";
import { kindOf, mostBytes, problemOf, textLength } from "./files";

interface Rule {
  readonly kind: string;
  readonly max_size: number;
  readonly mimes: string[];
  readonly caption: boolean;
}

const limits = (files: Rule[]) => ({ attachments: 10, caption: 0, text: 4096, files });

/** Capabilities.Fit of gateway/channel/capabilities.go, as it is written there. */
function taken(files: readonly Rule[], kind: string, mime: string, size: number): boolean {
  const accepts = (k: string) => {
    const rule = files.find((f) => f.kind === k);
    return rule !== undefined && size <= rule.max_size && allows(rule, mime);
  };
  return accepts(kind) || accepts("file");
}

function allows(rule: Rule, mime: string): boolean {
  if (rule.mimes.length === 0) return true;
  const plain = mime.toLowerCase().split(";")[0] ?? "";
  return rule.mimes.some((m) => m === plain || (m.endsWith("*") && plain.startsWith(m.slice(0, -1))));
}

const mimes = ["image/png", "image/jpeg", "image/*", "video/mp4", "audio/*", "application/pdf", "*"];
const rule = (kind: string) =>
  fc.record({
    kind: fc.constant(kind),
    max_size: fc.nat(20),
    mimes: fc.subarray(mimes),
    caption: fc.boolean(),
  });
const rules = fc
  .tuple(...["image", "video", "audio", "file"].map((kind) => fc.option(rule(kind))))
  .map((all) => all.filter((r): r is Rule => r !== null));
const types = [
  "image/png",
  "IMAGE/PNG",
  "image/png;x=1",
  "image/gif",
  "video/mp4",
  "audio/ogg",
  "application/pdf",
  "x",
];

test("a file is taken exactly when the server takes it", () => {
  fc.assert(
    fc.property(rules, fc.constantFrom(...types), fc.nat(20), (files, mime, size) => {
      const problem = problemOf(limits(files), mime, size);
      expect(problem === null).toBe(taken(files, kindOf(mime), mime, size));
      if (problem === "too_big") expect(mostBytes(limits(files), mime)).toBeLessThan(size);
      if (problem === "no_kind") expect(taken(files, kindOf(mime), mime, 0)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test("a picture that is too big as a picture goes as a file", () => {
  const files = [
    { kind: "image", max_size: 5, mimes: ["image/*"], caption: true },
    { kind: "file", max_size: 50, mimes: [], caption: true },
  ];
  expect(problemOf(limits(files), "image/png", 20)).toBeNull();
  expect(problemOf(limits(files), "image/png", 51)).toBe("too_big");
  expect(mostBytes(limits(files), "image/png")).toBe(50);
});

test("an emoji counts as two, as the server counts it", () => {
  expect(textLength("a😀")).toBe(3);
});
