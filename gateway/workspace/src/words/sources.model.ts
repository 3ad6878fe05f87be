import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** One file of the page, read as TypeScript reads it. For tests of the words. */
export interface Source {
  readonly name: string;
  readonly tree: ts.SourceFile;
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** The page's own files: no tests, nothing that is made, not the words themselves. */
export function sources(): Source[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|gen|fake|model)\.tsx?$/.test(name))
    .filter((name) => !/(^|\/)words\.ts$|^words\/(en|ru|general)\.ts$/.test(name))
    .map((name) => ({
      name,
      tree: ts.createSourceFile(name, readFileSync(join(root, name), "utf8"), ts.ScriptTarget.Latest, true),
    }));
}

export function visit(node: ts.Node, see: (n: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
