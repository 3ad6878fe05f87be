// In the pictures it is always the same morning, whenever they are taken: what is told of times is rewritten on its way.
import type { APIResponse, BrowserContext, Route } from "playwright-core";
import { photo } from "./photo";

/** When the pictures are taken, as far as they show. */
export const morning = Date.parse("2026-03-12T09:47:00Z");

export interface Diary {
  /** How many seconds before that the chat with a contact began, by the contact's name. */
  readonly begun: Readonly<Record<string, number>>;
  /** What the channels are called, by id. */
  readonly channels: Readonly<Record<string, string>>;
}

type Thing = Readonly<Record<string, unknown>>;

/** How long before that the pages begin to live; a silence of so long is none yet to them. In milliseconds. */
const eve = 20_000;
/** Between two messages, in milliseconds. */
const pace = 40_000;
const day = 86_400_000;

/** Lets the pages of a context live in that morning. Contacts have no photos, so their initials are seen. */
export async function keepDiary(context: BrowserContext, diary: Diary): Promise<void> {
  const begun = new Map<unknown, number>(); // when a chat began, by its id
  const iso = (at: number) => new Date(at).toISOString();
  const unless = (value: unknown, at: number) => (value === null ? null : iso(at));

  function chatAt(c: Thing): Thing {
    const { name } = c.contact as { name: string };
    const channel = c.channel as { id: string; name: string };
    const over = c.state === "completed";
    const begin = over ? morning - 9 * day : morning - 1000 * (diary.begun[name] ?? 20);
    begun.set(c.id, begin);
    return {
      ...c,
      contact: { ...(c.contact as Thing), photo: null },
      channel: { ...channel, name: diary.channels[channel.id] ?? channel.name },
      created_at: iso(begin),
      accepted_at: unless(c.accepted_at ?? null, begin + 25_000),
      completed_at: unless(c.completed_at ?? null, begin + 900_000),
      last_at: unless(c.last_at ?? null, begin + pace),
      deadline: unless(c.deadline ?? null, morning + 40_000),
      window_closes_at: unless(c.window_closes_at ?? null, begin + day),
    };
  }

  function rewritten(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(rewritten);
    if (typeof value !== "object" || value === null) return value;
    const thing = value as Thing;
    if ("contact" in thing && "created_at" in thing) return chatAt(thing);
    if ("position" in thing && "direction" in thing) {
      return { ...thing, at: iso((begun.get(thing.chat) ?? morning) + pace * (Number(thing.position) - 1)) };
    }
    return Object.fromEntries(Object.entries(thing).map(([key, v]) => [key, rewritten(v)]));
  }

  await context.clock.install({ time: morning - eve });
  await context.routeWebSocket("**/api/v1/ws**", (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => socket.send(JSON.stringify(rewritten(JSON.parse(String(frame))))));
  });
  // By the date of this answer a page would find its clock wrong.
  await context.route("**/api/v1/session", async (route) => {
    const response = await fetched(route);
    if (response === null) return;
    const { date: _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await context.route("**/api/v1/chats**", async (route) => {
    const response = await fetched(route);
    if (response === null) return;
    await route.fulfill({ response, json: rewritten(await response.json()) });
  });
  await context.route("**/api/v1/files/*", async (route) => {
    const response = await fetched(route);
    if (response === null) return;
    const picture = response.headers()["content-type"]?.startsWith("image/") === true;
    await (picture ? route.fulfill({ contentType: "image/svg+xml", body: photo }) : route.fulfill({ response }));
  });
}

/** The server's answer; null when there is none, because a scene has cut the network: the page is told so. */
async function fetched(route: Route): Promise<APIResponse | null> {
  try {
    return await route.fetch();
  } catch {
    await route.abort("connectionfailed").catch(() => {}); // the page itself may be gone
    return null;
  }
}
