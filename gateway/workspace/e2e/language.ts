import type { Page } from "playwright-core";

/** The page speaks a language from now on, without being loaded again: as when it is chosen in another tab. */
export async function speak(page: Page, language: "en" | "ru"): Promise<void> {
  await page.evaluate((chosen) => {
    localStorage.setItem("parley.language", chosen);
    window.dispatchEvent(new StorageEvent("storage", { key: "parley.language" }));
  }, language);
  await page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
}
