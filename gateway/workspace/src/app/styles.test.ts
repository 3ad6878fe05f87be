import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const src = new URL("../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, src), "utf8");

test("every component of Mantine's that is used has its styles", () => {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".tsx"));
  const used = files.flatMap((f) => {
    const [, names = ""] = /import \{([^}]*)\} from "@mantine\/core"/.exec(read(f)) ?? [];
    return names.split(",").map((n) => n.trim());
  });
  const styles = read("app/styles.ts");
  const styled = (name: string) =>
    existsSync(new URL(`../node_modules/@mantine/core/styles/${name}.css`, src)) && name !== "";
  const missing = [...new Set(used)].filter((n) => styled(n) && !styles.includes(`/${n}.css"`));
  expect(missing).toEqual([]);
});
