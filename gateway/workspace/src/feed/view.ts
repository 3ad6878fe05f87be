import type { Full, Message, Row, Self } from "../protocol/frames.gen";
import type { Windows } from "./window";

/** What the server has told of this operator's workspace. It changes by reduce.ts alone, never in place. */
export interface View {
  /** Names the numbering of the pushes; empty before the first hello. */
  readonly epoch: string;
  /** Number of the newest push that is in the view. */
  readonly seq: number;
  readonly me: Self | null;
  /** Offered chats by id, in the order in which they came. */
  readonly offers: ReadonlyMap<string, Row>;
  /** Why rows left the list of offers lately, for whoever still looks at one; the newest last. */
  readonly withdrawn: ReadonlyMap<string, Withdrawal>;
  /** Chats in progress with this operator, by id. */
  readonly chats: ReadonlyMap<string, Desk>;
  /** Chats that were this operator's and are no more, the newest last; so nothing vanishes from under a reader. */
  readonly ended: ReadonlyMap<string, Ended>;
  /** Messages that changed lately, the newest last: a page that is on its way may be older than the change. */
  readonly passed: ReadonlyMap<string, Message>;
  /** Waiting chats of the operator's queues, by queue id. */
  readonly waiting: Readonly<Record<string, number>>;
  /** What is known of the channels, not by the feed. */
  readonly windows: Windows;
}

/** A chat in progress with the part of its history that is here. */
export interface Desk {
  readonly chat: Full;
  /** Oldest first, parents' messages before the chat's own, without holes. */
  readonly messages: readonly Message[];
  /** Older messages exist on the server. */
  readonly more: boolean;
  /**
   * Messages before this one were read before a snapshot and may have changed since: they are to be read again, page by
   * page from here. null when all that is here is true.
   */
  readonly stale: string | null;
}

export interface Ended extends Desk {
  /** operator, timeout, transfer ...; null when the end was not seen, only that the chat is gone. */
  readonly reason: string | null;
  readonly child: string | null;
}

export interface Withdrawal {
  readonly row: Row;
  readonly reason: string;
  readonly by: { readonly id: string; readonly name: string } | null;
}

/** How many ended chats and withdrawn rows are remembered. */
export const remembered = 50;

/** How many changed messages: more than come while a page is read. */
export const passing = 200;

export const emptyView: View = {
  epoch: "",
  seq: 0,
  me: null,
  offers: new Map(),
  withdrawn: new Map(),
  chats: new Map(),
  ended: new Map(),
  passed: new Map(),
  waiting: {},
  windows: new Map(),
};

/** The map with one entry more, put last; the oldest go beyond limit. */
export function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V, limit = Infinity): Map<string, V> {
  const out = new Map(map);
  out.delete(key);
  out.set(key, value);
  for (const oldest of out.keys()) {
    if (out.size <= limit) break;
    out.delete(oldest);
  }
  return out;
}

/** The map with an entry replaced in its place. */
export function replaced<V>(map: ReadonlyMap<string, V>, key: string, value: V): Map<string, V> {
  return new Map(map).set(key, value);
}

/** The map without an entry; the same map when it has none. */
export function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const out = new Map(map);
  out.delete(key);
  return out;
}
