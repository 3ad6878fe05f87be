// The workspace as a person finds it, in English: by role and label, as a reader of the screen would.
import type { Locator, Page } from "playwright-core";

export type Status = "Active" | "Inactive";

/** What an outgoing message says of itself. */
export type Mark = "On its way" | "Sent" | "Delivered" | "Read" | "Not delivered";

/** One page of the workspace. Locators wait by themselves; what is done here ends when the page shows that it is done. */
export class Workspace {
  readonly page: Page;
  readonly header: Locator;
  /** The lists New and Active. */
  readonly offers: Locator;
  readonly chats: Locator;
  /** The middle: the chat that is open. */
  readonly chat: Locator;
  readonly name: Locator;
  readonly messages: Locator;
  readonly reply: Locator;
  readonly sendButton: Locator;
  readonly attachButton: Locator;
  /** Files in the reply box. */
  readonly tray: Locator;
  /** The pane with the contact. */
  readonly details: Locator;
  readonly notices: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.header = page.getByRole("banner");
    this.offers = page.getByRole("region", { name: /^\d+ new chats?$/ });
    this.chats = page.getByRole("region", { name: /^\d+ active chats?$/ });
    this.chat = page.getByRole("region", { name: "Chat", exact: true });
    this.name = this.chat.getByRole("heading", { level: 1 });
    this.messages = this.chat.getByRole("log");
    this.reply = this.chat.getByRole("textbox", { name: "Reply", exact: true });
    this.sendButton = this.chat.getByRole("button", { name: "Send", exact: true });
    this.attachButton = this.chat.getByRole("button", { name: "Attach files" });
    this.tray = this.chat.getByRole("list", { name: "Files to send" });
    this.details = page.getByRole("complementary", { name: "Contact" });
    this.notices = page.getByRole("log", { name: "Notices" });
    this.dialog = page.getByRole("dialog");
  }

  /** The status as the header has it; within: the profile menu, which has it too. */
  status(status: Status, within = this.header): Locator {
    return within.getByRole("radio", { name: status, exact: true });
  }

  async turn(status: Status, within = this.header): Promise<void> {
    const choice = within.getByRole("radiogroup", { name: "Your status" });
    await choice
      .locator("label")
      .filter({ hasText: new RegExp(`^${status}$`) })
      .click();
    await within.locator("input[type=radio]:checked").and(this.status(status, within)).waitFor({ state: "attached" });
  }

  async openProfile(): Promise<Locator> {
    await this.header.getByRole("button", { name: /^Profile of / }).click();
    const menu = this.page.getByRole("dialog", { name: "Profile" });
    await menu.waitFor();
    return menu;
  }

  /** A row of the list New, or Active; name may be any text on it. */
  offer(name: string | RegExp): Locator {
    return this.offers.getByRole("listitem").filter({ hasText: name });
  }

  row(name: string | RegExp): Locator {
    return this.chats.getByRole("listitem").filter({ hasText: name });
  }

  acceptButton(name: string): Locator {
    return this.offers.getByRole("button", { name: `Accept the chat with ${name}`, exact: true });
  }

  /** Accepts an offer; it opens. */
  async accept(name: string): Promise<void> {
    await this.acceptButton(name).click();
    await this.opened(name);
  }

  /** Opens a chat of the list Active. */
  async open(name: string): Promise<void> {
    await this.row(name).locator("[data-row]").click();
    await this.opened(name);
  }

  async opened(name: string): Promise<void> {
    await this.name.filter({ hasText: name }).waitFor();
  }

  /** How many unread messages a row tells of. */
  unread(row: Locator): Locator {
    return row.getByRole("img", { name: /unread message/ });
  }

  message(text: string | RegExp): Locator {
    return this.messages.getByRole("article").filter({ hasText: text });
  }

  mark(message: Locator, mark: Mark): Locator {
    return message.getByRole("img", { name: mark, exact: true });
  }

  /** Writes and sends by Enter; the message is there, not yet with the customer. */
  async send(text: string): Promise<void> {
    await this.reply.fill(text);
    await this.reply.press("Enter");
    await this.message(text).last().waitFor();
  }

  /** Chooses files by the button; they are uploaded when this ends. */
  async attach(
    ...files: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[]
  ): Promise<void> {
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"), this.attachButton.click()]);
    await chooser.setFiles([...files]);
    await this.uploaded(files.length);
  }

  /** Waits until so many files stand in the reply box, all of them uploaded. */
  async uploaded(count: number): Promise<void> {
    await this.tray
      .getByRole("listitem")
      .nth(count - 1)
      .waitFor();
    await this.tray.getByRole("progressbar").first().waitFor({ state: "detached" });
  }

  /** Hands the open chat over; to is the name of a queue or an operator. */
  async transfer(to: string, note = ""): Promise<void> {
    await this.chat.getByRole("button", { name: "Transfer", exact: true }).click();
    await this.target(to).click();
    if (note !== "") await this.dialog.getByRole("textbox", { name: /^Note/ }).fill(note);
    await this.dialog.getByRole("button", { name: "Transfer", exact: true }).click();
    await this.dialog.waitFor({ state: "detached" });
  }

  target(name: string): Locator {
    return this.dialog.getByRole("option").filter({ hasText: name });
  }

  /** Finishes the open chat; asks says that something is at stake, so it asks. */
  async finish(asks: boolean): Promise<void> {
    await this.chat.getByRole("button", { name: "Finish", exact: true }).click();
    if (asks) await this.dialog.getByRole("button", { name: "Finish", exact: true }).click();
    await this.chat.getByText("You have finished this chat.").waitFor();
  }

  notice(text: string | RegExp): Locator {
    return this.notices.getByText(text);
  }

  noticeButton(name: string): Locator {
    return this.notices.getByRole("button", { name, exact: true });
  }

  async connected(): Promise<void> {
    await this.header.getByText("Connected", { exact: true }).first().waitFor({ state: "attached" });
  }
}
