import { vi } from "vitest";
import type { Full, Hello, Message, Push, Pushes, PushType, Row, Snapshot } from "../protocol/frames.gen";
import { sampleChat, sampleMessage, sampleRow } from "../protocol/frames.model";
import { rest } from "../protocol/rest";
import { FakeSocket } from "../protocol/socket.fake";
import { createSettings } from "./settings";
import { FakeStorage } from "./storage.fake";
import { Workspace } from "./workspace";

/** A workspace against a server that is moved by hand; fake timers must run. The test file mocks "../protocol/rest". */
export async function working(storage = new FakeStorage(), tab = new FakeStorage()) {
  const sockets: FakeSocket[] = [];
  vi.stubGlobal(
    "WebSocket",
    class extends FakeSocket {
      constructor(address: string) {
        super(address);
        sockets.push(this);
      }
    },
  );
  signedIn("anna");
  const page = { protocol: "http:", host: "here" } as Location;
  const w = new Workspace(createSettings(storage), { browser: storage, tab }, page, (run) => setTimeout(run));
  await w.begin();
  let seq = 0;
  const line = () => {
    const socket = sockets[sockets.length - 1];
    if (socket === undefined) throw new Error("no socket yet");
    return socket;
  };
  /** A snapshot of an operator's chats and offers. */
  const greets = (id = "anna", part: Partial<Snapshot> = {}) => {
    seq = 0;
    const operator = {
      id,
      name: id,
      preferred: "active",
      effective: "active",
      reason: "chosen",
      load: 0,
      limit: 5,
    } as const;
    const snapshot = { operator, offers: [], waiting: {}, chats: [], ...part };
    line().says({ type: "hello", epoch: id, seq, resumed: false, snapshot } satisfies Hello);
  };
  const pushes = <T extends PushType>(type: T, data: Pushes[T]) => {
    line().says({ seq: ++seq, type, data } as Push);
    w.feed.flush();
  };
  /** The newest request of a type. */
  const asked = (type: string) => line().sent.findLast((r) => r.type === type);
  const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
  return { w, storage, tab, sockets, line, greets, pushes, asked, settle };
}

/** Whose session the cookie opens; null = nobody's. */
export function signedIn(id: string | null): void {
  const operator = { id, name: id, roles: [], permissions: [], language: "", status: "active" };
  const headers = new Headers();
  const answer =
    id === null ? { response: { status: 401, headers } } : { data: operator, response: { status: 200, headers } };
  vi.mocked(rest.GET).mockImplementation((async (path: string) =>
    path === "/api/v1/session" ? answer : { data: { items: [] }, response: { status: 200 } }) as never);
  vi.mocked(rest.POST).mockImplementation((async () => ({
    data: { operator },
    response: { status: 200, headers },
  })) as never);
  vi.mocked(rest.DELETE).mockImplementation((async () => ({ response: { ok: true, status: 200 } })) as never);
}

export function row(id: string): Row {
  return sampleRow(id);
}

export function full(id: string, part: Partial<Full> = {}): Full {
  return sampleChat(sampleRow(id), part);
}

export function message(chat: string, position: number, part: Partial<Message> = {}): Message {
  return sampleMessage(`${chat}.${position}`, { position, chat, text: `${position}`, ...part });
}

export function messages(chat: string, from: number, to: number): Message[] {
  return Array.from({ length: to - from + 1 }, (_, i) => message(chat, from + i));
}
