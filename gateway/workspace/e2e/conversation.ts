// An operator in a chat: how one comes there, and what is read there.
import type { Page } from "playwright-core";
import { type Desk, type DeskOptions, operator } from "./browser";
import type { Customer, Stage } from "./stage";
import { Workspace } from "./workspace";

/** So high that some dozen messages are in sight at once: what is out of sight is not drawn. */
export const tall = { width: 1366, height: 3_000 } as const;

/** Somebody at work. */
export interface Seat {
  readonly desk: Desk;
  readonly page: Page;
  readonly work: Workspace;
}

/** Seats an operator who turns Active. */
export async function atWork(stage: Stage, login: string, options: DeskOptions = {}): Promise<Seat> {
  const desk = await operator(stage, login, options);
  const work = new Workspace(desk.page);
  await work.connected();
  await work.turn("Active");
  return { desk, page: desk.page, work };
}

/** Seats an operator who accepts the chat that a customer's text opens. */
export async function inChat(
  stage: Stage,
  login: string,
  customer: Customer,
  text: string,
  options: DeskOptions = {},
): Promise<Seat> {
  const seat = await atWork(stage, login, options);
  await customer.text(text);
  const { name } = await customer.profile();
  await seat.work.accept(name);
  return seat;
}

/** The texts of the messages that are drawn, from above. */
export function texts(work: Workspace): Promise<string[]> {
  return work.messages.getByRole("article").locator("p[dir=auto]").allInnerTexts();
}

/** Waits for words about the connection; they are for readers of the screen too. */
export async function says(work: Workspace, words: string | RegExp): Promise<void> {
  await work.header.getByRole("status").filter({ hasText: words }).waitFor({ state: "attached" });
}

/** Marks a page; stayed says whether it is still that one and was never loaded again. */
export async function mark(page: Page): Promise<void> {
  await page.evaluate("window.neverLoadedAgain = true");
}

export function stayed(page: Page): Promise<boolean> {
  return page.evaluate("window.neverLoadedAgain === true");
}
