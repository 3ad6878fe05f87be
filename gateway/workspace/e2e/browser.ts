// Operators at their browsers: Chromium runs once per file, each operator has a context of their own in it.

import {
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "playwright-core";
import { afterAll } from "vitest";
import { Kept, type Stage } from "./stage";

/** What is asked of every page; the workspace's own words are in the stories. */
const signInForm = {
  login: (page: Page): Locator => page.getByLabel(/^\s*(Login|Логин)\s*\*?\s*$/),
  password: (page: Page): Locator => page.getByLabel(/^\s*(Password|Пароль)\s*\*?\s*$/),
  submit: (page: Page): Locator => page.getByRole("button", { name: /^(Sign in|Войти)$/ }),
};

/** How long anything may take to be seen. */
const patience = 30_000;

export interface DeskOptions {
  /** Set before the first visit, as if chosen earlier; else the page decides. The browser's own language follows it. */
  readonly language?: "en" | "ru";
  readonly colorScheme?: "light" | "dark";
  /** The system's colours in place of the page's. */
  readonly forcedColors?: "active" | "none";
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A screen that is touched. */
  readonly touch?: boolean;
  /** Animations are off unless "no-preference". */
  readonly reducedMotion?: "reduce" | "no-preference";
  /** Runs in every page before its own scripts. */
  readonly init?: string | (() => void);
  /** Done with the context before the first page: routes, permissions, a clock. */
  readonly before?: (context: BrowserContext) => Promise<unknown>;
  /** Complaints that are no fault here. */
  readonly allow?: readonly RegExp[];
  /** false stays at the sign-in form. */
  readonly signIn?: boolean;
}

/** One operator's browser. */
export class Desk {
  readonly stage: Stage;
  readonly login: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #allowed: RegExp[];
  #complaints: string[] = [];
  readonly #said: string[] = [];
  #seated = false; // somebody has signed in here

  constructor(stage: Stage, login: string, context: BrowserContext, page: Page, allowed: readonly RegExp[]) {
    this.stage = stage;
    this.login = login;
    this.context = context;
    this.page = page;
    this.#allowed = [...allowed];
    this.#listen();
  }

  /** Complaints like these are no fault from now on. */
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  /**
   * Takes what the browser complained of since the last time and nobody allowed: errors, what the content security policy
   * refused, requests to another origin.
   */
  complaints(): string[] {
    const allowed = this.stage.disturbed ? [...this.#allowed, ...ofBrokenLines] : this.#allowed;
    const all = this.#complaints;
    this.#complaints = [];
    return all.filter((c) => !allowed.some((pattern) => pattern.test(c))).map((c) => `${this.login}'s browser: ${c}`);
  }

  /** Fills the form in and waits until it is gone. */
  async signIn(page = this.page): Promise<void> {
    this.#seated = true;
    await signInForm.login(page).fill(this.login);
    await signInForm.password(page).fill(this.stage.passwordOf(this.login));
    await signInForm.submit(page).click();
    await signInForm.submit(page).waitFor({ state: "detached" });
  }

  /** Another tab of the same browser. */
  async tab(path = "/"): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.stage.url + path);
    return page;
  }

  /** Closes the browser: for the server the operator is gone. */
  async close(): Promise<void> {
    await this.heard();
    ofClosed.push(...this.complaints());
    await desks.end(this);
  }

  /** Waits until what the pages have said so far has been heard here; a page that hangs is not waited for. */
  async heard(): Promise<void> {
    const hanging = new Promise((resolve) => setTimeout(resolve, 1_000).unref());
    const pages = this.context.pages().map((page) => page.evaluate("0").catch(() => {}));
    await Promise.race([Promise.all(pages), hanging]);
  }

  /** What helps to see why a test failed. */
  async describe(): Promise<string> {
    const pages = this.context.pages().map(async (page) => {
      const body = await page.locator("body").ariaSnapshot({ timeout: 2_000 }).catch(String);
      return `--- ${this.login} at ${page.url()}\n${body}`;
    });
    return [...(await Promise.all(pages)), "--- the console's last lines", ...this.#said.slice(-30)].join("\n");
  }

  #listen(): void {
    this.context.on("console", (message) => this.#console(message));
    this.context.on("weberror", (error) => this.#complain(`error: ${error.error().stack ?? error.error()}`));
    this.context.on("request", (request) => this.#asked(request.url(), request));
    this.context.on("page", (page) => this.#watch(page));
    for (const page of this.context.pages()) this.#watch(page);
  }

  #watch(page: Page): void {
    page.on("websocket", (socket) => this.#asked(socket.url()));
    page.on("crash", () => this.#complain("the page crashed"));
  }

  #console(message: ConsoleMessage): void {
    const line = `${message.type()}: ${message.text()} (${message.location().url})`;
    this.#said.push(line);
    if (message.type() === "error" && !(this.#seated && asksWhoIsThere(message))) this.#complain(line);
  }

  #asked(address: string, request?: Request): void {
    const url = new URL(address);
    const inside = ["data:", "blob:", "about:"].includes(url.protocol) || url.host === new URL(this.stage.url).host;
    if (!inside) this.#complain(`another origin: ${request?.method() ?? "websocket"} ${address}`);
  }

  #complain(what: string): void {
    this.#complaints.push(what);
  }
}

/**
 * Chromium writes an error for every answer that is none; whoever asks whose session this is may hear: nobody's any more.
 * On a first visit nobody asks.
 */
function asksWhoIsThere(message: ConsoleMessage): boolean {
  return message.location().url.endsWith("/api/v1/session") && message.text().includes("status of 401");
}

/** What Chromium writes when a server or a network goes away, or is about to. */
const ofBrokenLines = [/net::ERR_/, /WebSocket connection to/, /status of 503/];

/** Runs in the page: what the content security policy refuses is told where errors are listened for. */
function reportViolations(): void {
  document.addEventListener("securitypolicyviolation", (e) => {
    // biome-ignore lint/suspicious/noConsole: this is the page's console
    console.error(
      `content security policy: ${e.effectiveDirective} refused ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`,
    );
  });
}

let running: Promise<Browser> | undefined;

/** The file's Chromium. */
function browser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath: process.env.PARLEY_CHROMIUM ?? "",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return running;
}

// Asked for before desks, so it comes after theirs.
afterAll(async () => {
  await (await running)?.close();
});

/** Complaints of desks that a test has closed itself. */
const ofClosed: string[] = [];

const desks = new Kept<Desk>(
  (desk) => desk.context.close(),
  async (open, failed) => {
    await Promise.all(open.map((desk) => desk.heard()));
    const complaints = [...ofClosed.splice(0), ...open.flatMap((desk) => desk.complaints())];
    if (failed || complaints.length > 0) {
      for (const desk of open) process.stderr.write(`${await desk.describe()}\n`);
    }
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  },
);

/**
 * Seats an operator at a fresh browser and signs them in by the form. The browser closes with the test, or with the file
 * when a beforeAll opens it; whatever it complained of fails the test.
 */
export async function operator(stage: Stage, login: string, options: DeskOptions = {}): Promise<Desk> {
  const context = await (await browser()).newContext({
    locale: options.language === "ru" ? "ru-RU" : "en-US",
    timezoneId: "UTC",
    colorScheme: options.colorScheme ?? "light",
    forcedColors: options.forcedColors ?? "none",
    reducedMotion: options.reducedMotion ?? "reduce",
    hasTouch: options.touch ?? false,
    viewport: options.viewport ?? { width: 1366, height: 768 },
  });
  context.setDefaultTimeout(patience);
  await context.grantPermissions(["notifications"], { origin: stage.url });
  await context.addInitScript(reportViolations);
  if (options.language !== undefined) {
    // Only where nothing is chosen yet: a reload must not undo what a test chooses.
    await context.addInitScript((language) => {
      if (localStorage.getItem("parley.language") === null) localStorage.setItem("parley.language", language);
    }, options.language);
  }
  if (options.init !== undefined) await context.addInitScript(options.init);
  await options.before?.(context);
  const desk = new Desk(stage, login, context, await context.newPage(), options.allow ?? []);
  desks.add(desk);
  await desk.page.goto(stage.url);
  if (options.signIn !== false) await desk.signIn();
  return desk;
}
