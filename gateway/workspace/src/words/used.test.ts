import ts from "typescript";
import { expect, test } from "vitest";
import { en } from "./en";
import { type Source, sources, visit } from "./sources.model";

type Tree = { readonly [key: string]: string | Tree };

function keys(tree: Tree, before = ""): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [before + key.replace(/_(zero|one|two|few|many|other)$/, "")]
      : keys(value, `${before}${key}.`),
  );
}

const words = new Set(keys(en));
const files = sources();

/** Texts in quotes that are no request to the server, and patterns of those that are put together. */
function spoken(files: readonly Source[]): { exact: Set<string>; made: RegExp[] } {
  const exact = new Set<string>();
  const made: RegExp[] = [];
  for (const { tree } of files) {
    visit(tree, (node) => {
      if (ts.isStringLiteralLike(node) && !isRequest(node)) exact.add(node.text);
      if (ts.isTemplateExpression(node) && /^[a-z]+\.[\w.]*$/i.test(node.head.text)) made.push(pattern(node));
    });
  }
  return { exact, made };
}

function isRequest(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /\b(ask|request)$/.test(node.parent.expression.getText());
}

function pattern(node: ts.TemplateExpression): RegExp {
  const spans = node.templateSpans.map((s) => `\\w+${s.literal.text.replace(/\./g, "\\.")}`);
  return new RegExp(`^${node.head.text.replace(/\./g, "\\.")}${spans.join("")}$`);
}

test("every word is said somewhere", () => {
  const { exact, made } = spoken(files);
  const silent = [...words].filter((w) => !exact.has(w) && !made.some((m) => m.test(w)));
  expect(silent).toEqual([]);
});

test("everything that is said is a word", () => {
  const strange: string[] = [];
  for (const { name, tree } of files) {
    visit(tree, (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== "say") return;
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteralLike(first) && !words.has(first.text)) {
        strange.push(`${name}: ${first.text}`);
      }
      if (first !== undefined && ts.isTemplateExpression(first) && ![...words].some((w) => pattern(first).test(w))) {
        strange.push(`${name}: ${first.getText()}`);
      }
    });
  }
  expect(strange).toEqual([]);
});

/** Attributes that are read out or shown. */
const shown =
  /^(aria-(label|description|roledescription|valuetext|placeholder)|title|placeholder|alt|label|description)$/;
/** The product's name is the same in every language. */
const name = "Parley";

test("no component holds a text of its own", () => {
  const literal: string[] = [];
  for (const { name: file, tree } of files) {
    visit(tree, (node) => {
      const text = textOf(node);
      if (text !== null && /\p{L}{2}/u.test(text) && text.trim() !== name) literal.push(`${file}: ${text.trim()}`);
    });
  }
  expect(literal).toEqual([]);
});

function textOf(node: ts.Node): string | null {
  if (ts.isJsxText(node)) return node.text;
  if (ts.isJsxAttribute(node) && shown.test(node.name.getText()) && node.initializer !== undefined) {
    const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
    return value !== undefined && ts.isStringLiteralLike(value) ? value.text : null;
  }
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression !== undefined) {
    return ts.isStringLiteralLike(node.expression) ? node.expression.text : null;
  }
  return null;
}
