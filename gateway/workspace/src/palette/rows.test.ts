import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { full, message, working } from "../desk/workspace.fake";
import { createWords } from "../words/words";
import { rowsOf } from "./rows";

vi.mock("../protocol/rest", () => ({
  rest: { GET: vi.fn(), POST: vi.fn(), DELETE: vi.fn() },
  socketAddress: () => "ws://here",
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const { say } = createWords("en");

async function detailOf(part: Partial<ReturnType<typeof message>>) {
  const { w, greets } = await working();
  greets("anna", { chats: [{ chat: full("a", { preview: "the preview" }), messages: [message("a", 1, part)] }] });
  w.feed.flush();
  return rowsOf(w, say, "en", null).find((r) => r.id === "active:a");
}

test("a chat says its newest message, and is found by it", async () => {
  const row = await detailOf({ text: "where is my parcel" });
  expect(row?.detail).toBe("Q · where is my parcel");
  expect(row?.fields.map((f) => f.folded)).toContain("where is my parcel");
});

test("what the customer has deleted is neither shown nor found", async () => {
  const row = await detailOf({ text: "my password is hunter2", deleted: true });
  expect(row?.detail).toBe("Q · This message was deleted.");
  expect(row?.fields.some((f) => f.folded.includes("hunter2"))).toBe(false);
});
