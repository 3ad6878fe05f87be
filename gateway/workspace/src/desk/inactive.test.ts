import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { working } from "./workspace.fake";

vi.mock("../protocol/rest", () => ({
  rest: { GET: vi.fn(), POST: vi.fn(), DELETE: vi.fn() },
  socketAddress: () => "ws://here",
}));

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const operator = { id: "anna", name: "anna", load: 0, limit: 5 } as const;
const expired = { ...operator, preferred: "inactive", effective: "inactive", reason: "offer_expired" } as const;
const chosen = { ...operator, preferred: "active", effective: "active", reason: "chosen" } as const;

async function page() {
  const s = await working();
  return { ...s, told: () => s.w.notices.store.getState().map((n) => n.word) };
}

test("an offer that was ignored while nothing was heard is told of with the snapshot", async () => {
  const { told, greets, line, settle } = await page();
  greets("anna");
  expect(told()).toEqual([]);
  line().ends(1006);
  await settle(5_000);
  greets("anna", { operator: expired });
  expect(told()).toEqual(["status.madeInactive"]);
});

test("a page that is loaded says why its operator is Inactive, until he is Active again", async () => {
  const { told, greets, pushes } = await page();
  greets("anna", { operator: expired });
  expect(told()).toEqual(["status.madeInactive"]);
  pushes("operator.status", chosen);
  expect(told()).toEqual([]);
});

test("who chose to be Inactive is told nothing", async () => {
  const { told, greets } = await page();
  greets("anna", { operator: { ...expired, reason: "chosen" } });
  expect(told()).toEqual([]);
});
