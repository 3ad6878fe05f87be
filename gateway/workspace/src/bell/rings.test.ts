import { describe, expect, test } from "vitest";
import { reduce } from "../feed/reduce";
import { emptyView } from "../feed/view";
import { ringsBetween } from "./rings";
import { anna, full, row, said, view } from "./samples.model";

const short = (rings: ReturnType<typeof ringsBetween>) =>
  rings.map((r) => ("row" in r ? `${r.kind} ${r.row.id}` : r.kind));

const open = (id: string, ...positions: number[]) => ({
  chat: full(id),
  messages: positions.map((p) => said(id, p)),
});

describe("an offer", () => {
  test("rings when it was not there before, whoever looks where", () => {
    const before = view([row("a")]);
    const after = view([row("a"), row("b")]);
    expect(short(ringsBetween(before, after, true))).toEqual(["offer b"]);
    expect(short(ringsBetween(before, after, false))).toEqual(["offer b"]);
  });

  test("does not ring again when only its row changes", () => {
    const before = view([row("a")]);
    expect(ringsBetween(before, view([row("a", { preview: "Hello?" })]), false)).toEqual([]);
  });

  test("rings again when it comes back", () => {
    expect(short(ringsBetween(view([]), view([row("a")]), true))).toEqual(["offer a"]);
  });

  test("does not ring when it becomes the operator's own chat", () => {
    const child = full("a", { parent: "older" });
    const before = view([row("a", { parent: "older" })]);
    expect(ringsBetween(before, view([], [{ chat: child, messages: [] }]), false)).toEqual([]);
  });
});

describe("a message of the customer", () => {
  test("rings when nobody looks at the workspace", () => {
    const before = view([], [open("a", 1)]);
    const after = view([], [open("a", 1, 2)]);
    expect(short(ringsBetween(before, after, false))).toEqual(["message a"]);
    expect(ringsBetween(before, after, true)).toEqual([]);
  });

  test("rings once however many came in one moment, with the newest", () => {
    const [ring, ...more] = ringsBetween(view([], [open("a", 1)]), view([], [open("a", 1, 2, 3, 4)]), false);
    expect(more).toEqual([]);
    expect(ring?.kind === "message" && ring.message.position).toBe(4);
  });

  test("rings behind a reply that came in the same moment", () => {
    const reply = { chat: full("a"), messages: [said("a", 1), said("a", 2), said("a", 3, "operator")] };
    expect(short(ringsBetween(view([], [open("a", 1)]), view([], [reply]), false))).toEqual(["message a"]);
  });

  test("is no news when it was edited, nor is a reply, nor an older page", () => {
    const before = view([], [open("a", 2)]);
    const edited = { chat: full("a"), messages: [{ ...said("a", 2), text: "changed", edited: true }] };
    const replied = { chat: full("a"), messages: [said("a", 2), said("a", 3, "operator")] };
    const read = { chat: full("a"), messages: [said("a", 1), said("a", 2)] };
    for (const a of [edited, replied, read]) expect(ringsBetween(before, view([], [a]), false)).toEqual([]);
  });

  test("of a parent's history is no news in its child", () => {
    const before = view([], [{ chat: full("b", { parent: "a" }), messages: [said("a", 1)] }]);
    const after = view([], [{ chat: full("b", { parent: "a" }), messages: [said("a", 1), said("a", 2)] }]);
    expect(ringsBetween(before, after, false)).toEqual([]);
  });
});

describe("a chat that is new in the list", () => {
  test("rings when a colleague handed it over, whoever looks where", () => {
    const after = view([], [{ chat: full("b", { parent: "a" }), messages: [said("a", 1)] }]);
    expect(short(ringsBetween(view([]), after, true))).toEqual(["transferred b"]);
  });

  test("does not ring when the operator opened it himself", () => {
    expect(ringsBetween(view([]), view([], [open("a", 1)]), false)).toEqual([]);
  });
});

describe("becoming Inactive by an ignored offer", () => {
  test("rings once", () => {
    const expired = { me: { ...anna, preferred: "inactive", reason: "offer_expired" } as const };
    expect(short(ringsBetween(view([]), view([], [], expired), true))).toEqual(["inactive"]);
    expect(ringsBetween(view([], [], expired), view([], [], expired), true)).toEqual([]);
    expect(
      ringsBetween(view([]), view([], [], { me: { ...anna, preferred: "inactive", reason: "chosen" } }), true),
    ).toEqual([]);
  });
});

describe("a snapshot", () => {
  test("tells of an offer that was ignored while nothing was heard", () => {
    const operator = { ...anna, preferred: "inactive", effective: "inactive", reason: "offer_expired" } as const;
    const snapshot = { operator, offers: [], waiting: {}, chats: [] };
    const after = reduce(view([]), { type: "hello", epoch: "2", seq: 1, resumed: false, snapshot });
    expect(short(ringsBetween(view([]), after, true))).toEqual(["inactive"]);
    expect(ringsBetween(emptyView, after, true)).toEqual([]); // a page just loaded says it without a tone
  });

  test("after the page was loaded rings for the offers alone", () => {
    const after = view([row("a"), row("b")], [open("c", 1, 2), { chat: full("d", { parent: "x" }), messages: [] }]);
    expect(short(ringsBetween(emptyView, after, false))).toEqual(["offer a", "offer b"]);
  });

  test("of somebody else who signed in counts as the first", () => {
    const before = view([row("a")], [open("c", 1)]);
    const after = view([row("a")], [open("c", 1, 2)], { me: { ...anna, id: "boris" } });
    expect(short(ringsBetween(before, after, false))).toEqual(["offer a"]);
  });

  test("after a break rings for what is new since", () => {
    const before = view([row("a"), row("b")], [open("c", 1)]);
    const after = reduce(before, {
      type: "hello",
      epoch: "2",
      seq: 1,
      resumed: false,
      snapshot: {
        operator: anna,
        offers: [row("b"), row("e")],
        waiting: {},
        chats: [open("c", 1, 2, 3), { chat: full("f", { parent: "x" }), messages: [said("x", 1)] }],
      },
    });
    expect(short(ringsBetween(before, after, false))).toEqual(["offer e", "message c", "transferred f"]);
  });
});
