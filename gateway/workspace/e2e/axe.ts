// Asks axe-core what a page keeps from people who do not see it, or not well.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Result, RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { speak } from "./language";

/** Put in by the browser's debugger, which the content security policy does not bind. */
const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const everything: RunOptions = { runOnly: tags, resultTypes: ["violations"] };
/** Words change no colours, and colours change nothing else. */
const butColours: RunOptions = { ...everything, rules: { "color-contrast": { enabled: false } } };
const colours: RunOptions = { runOnly: { type: "rule", values: ["color-contrast"] }, resultTypes: ["violations"] };

/** What is wrong with the page as it stands, a line each. */
async function wrong(page: Page, options: RunOptions, where: string): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(source);
  const found = (await page.evaluate(`axe.run(${JSON.stringify(options)}).then((r) => r.violations)`)) as Result[];
  return found.flatMap((v) => v.nodes.map((n) => `${where}: ${v.id}: ${n.failureSummary} ${n.html.slice(0, 300)}`));
}

/** Expects that axe finds nothing on the page as it stands, in both languages, in light and dark. */
export async function expectAccess(page: Page, state: string): Promise<void> {
  await speak(page, "ru");
  const all = await wrong(page, everything, `${state}, ru, light`);
  await page.emulateMedia({ colorScheme: "dark" });
  all.push(...(await wrong(page, colours, `${state}, ru, dark`)));
  await page.emulateMedia({ colorScheme: "light" });
  await speak(page, "en");
  all.push(...(await wrong(page, butColours, `${state}, en, light`)));
  expect(all).toEqual([]);
}
