import { beforeEach, expect, test, vi } from "vitest";
import { rest } from "../protocol/rest";
import { Clock } from "./clock";
import { Sessions } from "./session";

vi.mock("../protocol/rest", () => ({ rest: { GET: vi.fn(), POST: vi.fn(), DELETE: vi.fn() } }));

const anna = { id: "anna", name: "Anna", roles: [], permissions: [], language: "", status: "active" };
const answers =
  (status: number, data?: object, headers = {}) =>
  async () =>
    ({ data, response: { status, ok: status < 400, headers: new Headers(headers) } }) as never;

beforeEach(() => {
  vi.resetAllMocks();
});

test("a page that nobody has asked yet does not know who works in it", async () => {
  const sessions = new Sessions(new Clock());
  expect(sessions.store.getState()).toEqual({ is: "unknown" });
  vi.mocked(rest.GET).mockImplementation(answers(401));
  expect(await sessions.ask()).toBeNull();
  expect(sessions.store.getState()).toEqual({ is: "out", was: null });
});

test("a server in trouble does not sign anybody out", async () => {
  const sessions = new Sessions(new Clock());
  vi.mocked(rest.GET).mockImplementation(answers(200, anna));
  await sessions.ask();
  vi.mocked(rest.GET).mockImplementation(answers(503));
  await expect(sessions.ask()).rejects.toThrow();
  expect(sessions.store.getState().is).toBe("in");
});

test("a session that ends under the page is remembered, so that its operator can go on", async () => {
  const sessions = new Sessions(new Clock());
  vi.mocked(rest.GET).mockImplementation(answers(200, anna));
  await sessions.ask();
  sessions.end();
  sessions.end();
  expect(sessions.store.getState()).toMatchObject({ is: "out", was: { id: "anna" } });
});

test.each([
  [401, "wrong"],
  [429, "many"],
  [503, "unreachable"],
])("a sign-in that is answered %i is %s", async (status, outcome) => {
  const sessions = new Sessions(new Clock());
  vi.mocked(rest.POST).mockImplementation(answers(status));
  expect(await sessions.signIn("anna", "x")).toBe(outcome);
  expect(sessions.store.getState()).toEqual({ is: "unknown" });
});

test("without a network nobody is signed in or out", async () => {
  const sessions = new Sessions(new Clock());
  vi.mocked(rest.POST).mockRejectedValue(new TypeError("failed"));
  vi.mocked(rest.DELETE).mockRejectedValue(new TypeError("failed"));
  expect(await sessions.signIn("anna", "x")).toBe("unreachable");
  expect(await sessions.signOut()).toBe(false);
});

test("a session that is over already is signed out", async () => {
  const sessions = new Sessions(new Clock());
  vi.mocked(rest.DELETE).mockImplementation(answers(401));
  expect(await sessions.signOut()).toBe(true);
  expect(sessions.store.getState()).toEqual({ is: "out", was: null });
});

test("every look at the session tells the server's time", async () => {
  const clock = new Clock();
  const sessions = new Sessions(clock);
  const hour = 3_600_000;
  const off = () => Math.round((clock.now() - Date.now()) / hour);
  const date = (ahead: number) => ({ Date: new Date(Date.now() + ahead).toUTCString() });
  vi.mocked(rest.GET).mockImplementation(answers(401, undefined, date(-hour)));
  await sessions.ask();
  expect(off()).toBe(-1);
  vi.mocked(rest.POST).mockImplementation(answers(200, { operator: anna }, date(2 * hour)));
  await sessions.signIn("anna", "x");
  expect(off()).toBe(2);
});
