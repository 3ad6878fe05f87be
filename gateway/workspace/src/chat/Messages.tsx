import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { useStore } from "zustand";
import { useSay, useView, useWorkspace } from "../app/context";
import type { Pending } from "../desk/pending";
import { unreadOf } from "../feed/derive";
import { indexOf } from "../feed/messages";
import type { Message } from "../protocol/frames.gen";
import type { Sender } from "./awaited";
import { ItemLine } from "./ItemLine";
import { type Item, itemsOf } from "./items";
import classes from "./Messages.module.css";
import { retriable } from "./retriable";
import { ScrollRest } from "./scrollrest";
import { useGoTo } from "./useGoTo";
import { useOlder } from "./useOlder";
import { usePlaying } from "./usePlaying";

/** How near to the upper end older messages are read, and how near to the lower end counts as being there; pixels. */
const nearTop = 600;
const nearBottom = 40;

const none: readonly Pending[] = [];

/** The messages of a chat, of which only those in sight are drawn; new ones are followed while the end is in sight. */
export function Messages({ chat, canReply }: { chat: string; canReply: boolean }) {
  const say = useSay();
  const workspace = useWorkspace();
  const desk = useView((v) => v.chats.get(chat) ?? v.ended.get(chat));
  const pending = useStore(workspace.outbox.store, (all) => all.get(chat) ?? none);
  const messages = desk?.messages ?? [];
  const sender = useSender();
  const items = useMemo(() => itemsOf(messages, pending, sender), [messages, pending, sender]);
  const list = useRef<VListHandle>(null);
  const [heights] = useState(() => {
    const known = workspace.heights.get(chat);
    return known?.lines === items.length ? known.cache : undefined;
  });
  const bottom = useRef(!workspace.places.has(chat));
  const [atBottom, setAtBottom] = useState(bottom.current);
  const unreadFrom = useUnreadFrom(chat);

  const before = useRef(items);
  const shifted = changedAbove(before.current, items);
  useLayoutEffect(() => {
    before.current = items;
  }, [items]);

  const shown = useRef(items);
  shown.current = items;
  const toEnd = useCallback(() => {
    list.current?.scrollToIndex(shown.current.length - 1, { align: "end" });
  }, []);

  const [rest] = useState(() => new ScrollRest());
  useEffect(() => () => rest.ended(), [rest]);
  const { older, reading } = useOlder(chat, rest);
  const look = useRef(() => {});
  const { goTo, going, seeking, rested, giveUp } = useGoTo(chat, list, messages, older, look);
  const stay = useCallback(() => {
    if (bottom.current && !going.current) toEnd();
  }, [toEnd, going]);

  useLayoutEffect(() => {
    const place = workspace.places.get(chat);
    const at = place === undefined ? -1 : shown.current.findIndex((i) => i.key === place.key);
    if (place !== undefined && at >= 0) list.current?.scrollToIndex(at, { align: "start", offset: place.beyond });
    else toEnd();
    return () => {
      const l = list.current;
      const top = l?.findItemIndex(l.scrollOffset) ?? -1;
      const key = shown.current[top]?.key;
      if (l !== null) workspace.heights.set(chat, { lines: shown.current.length, cache: l.cache });
      if (l === null || key === undefined || bottom.current) workspace.places.delete(chat);
      else workspace.places.set(chat, { key, beyond: l.scrollOffset - l.getItemOffset(top) });
    };
  }, [workspace, chat, toEnd]);

  // The reply box grows while somebody types, windows change, and lines turn out higher than was thought: the end stays in sight.
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const watch = new ResizeObserver(stay);
    const all = box.current?.querySelector("[role=log] > *");
    for (const part of [box.current, all]) if (part) watch.observe(part);
    return () => watch.disconnect();
  }, [stay]);

  const newest = items[items.length - 1]?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is the reason to follow it
  useLayoutEffect(stay, [newest, stay]);

  const offsetBefore = useRef(0);
  look.current = () => {
    const l = list.current;
    if (l === null) return;
    const offset = l.scrollOffset;
    const near = l.scrollSize - l.viewportSize - offset <= nearBottom;
    const up = offset < offsetBefore.current;
    offsetBefore.current = offset;
    // What moves away below while nobody scrolls up is only being measured.
    const end = !going.current && (near || (bottom.current && !up));
    bottom.current = end;
    workspace.chats.looks(chat, end);
    if (end !== atBottom) setAtBottom(end);
    if (offset < nearTop) void older();
  };

  useReadMarks(chat, atBottom, messages);
  const below = useBelow(atBottom, messages, chat);
  const actions = useActions(chat, canReply);
  const playing = usePlaying(items);

  return (
    <div ref={box} className={classes.box} onLoadCapture={stay} {...playing.handlers}>
      <VList
        ref={list}
        className={classes.list}
        shift={shifted}
        keepMounted={playing.keep}
        data={items}
        {...(heights === undefined ? {} : { cache: heights })}
        onScroll={() => {
          rest.moved();
          look.current();
        }}
        onScrollEnd={() => {
          rest.ended();
          rested();
        }}
        role="log"
        aria-live="off"
        aria-label={say("chat.group", { name: desk?.chat.contact.name ?? "" })}
        tabIndex={0}
      >
        {(item, i) => (
          <ItemLine
            key={item.key}
            item={item}
            customer={desk?.chat.contact.name ?? ""}
            beginning={i === 0 && desk?.more === false}
            last={i === items.length - 1}
            unread={item.message.id === unreadFrom}
            quoted={quotedBy(item.message, messages)}
            {...actions}
            onQuote={goTo}
            onRetry={retriable(item.message, chat, sender.author.id) ? actions.onRetry : undefined}
          />
        )}
      </VList>
      {(reading || seeking) && (
        <p className={classes.reading} role="status">
          {say("chat.older")}
        </p>
      )}
      {!atBottom && (
        <Button
          className={classes.pill}
          size="compact-sm"
          radius="xl"
          variant={below > 0 ? "filled" : "default"}
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => {
            giveUp();
            toEnd();
          }}
        >
          {below > 0 ? say("chat.below", { count: below }) : say("chat.toNewest")}
        </Button>
      )}
    </div>
  );
}

/** As whom this page sends. */
function useSender(): Sender {
  const id = useView((v) => v.me?.id ?? "");
  const name = useView((v) => v.me?.name ?? "");
  const ahead = useStore(useWorkspace().clock.ahead);
  return useMemo(() => ({ author: { kind: "operator", id, name }, ahead }), [id, name, ahead]);
}

/** Whether lines were put in front or taken away there: then what is in sight stays in sight. */
function changedAbove(before: readonly Item[], now: readonly Item[]): boolean {
  const [was, is] = [before[0]?.key, now[0]?.key];
  if (was === is || was === undefined || is === undefined) return false;
  return now.some((i) => i.key === was) || before.some((i) => i.key === is);
}

function quotedBy(m: Message, messages: readonly Message[]): Message | null | undefined {
  if (m.reply_to === null) return null;
  return messages[indexOf(messages, m.reply_to)];
}

/** What can be done with a line; the same functions as long as nothing about them changes, so that lines are not redrawn. */
function useActions(chat: string, canReply: boolean) {
  const workspace = useWorkspace();
  return useMemo(
    () => ({
      onReply: canReply ? (m: Message) => workspace.boxes.answer(chat, m.id) : undefined,
      onRetry: canReply ? (m: Message) => void workspace.chats.retry(chat, m.id) : undefined,
    }),
    [workspace, chat, canReply],
  );
}

/** The first message that was unread when the chat was opened: a line marks it as long as the chat is open. */
function useUnreadFrom(chat: string): string | null {
  const workspace = useWorkspace();
  const [from] = useState(() => {
    const desk = workspace.view.chats.get(chat);
    let n = desk === undefined ? 0 : unreadOf(desk);
    if (desk === undefined || n === 0 || workspace.unread(chat) === 0) return null;
    for (let i = desk.messages.length - 1; i >= 0; i--) {
      const m = desk.messages[i];
      if (m?.direction === "in" && --n === 0) return m.id;
    }
    return null;
  });
  return from;
}

/** Tells the server that the newest message has been seen: the end is in sight, and somebody is looking. */
function useReadMarks(chat: string, atBottom: boolean, messages: readonly Message[]): void {
  const workspace = useWorkspace();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message is a reason to look again
  useEffect(() => {
    const look = () => {
      if (atBottom && document.visibilityState === "visible" && document.hasFocus()) void workspace.chats.read(chat);
    };
    look();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [workspace, chat, atBottom, messages]);
}

/** How many messages have come below what is in sight since the end was left. */
function useBelow(atBottom: boolean, messages: readonly Message[], chat: string): number {
  const mark = useRef<string | null>(null);
  if (atBottom || mark.current === null) mark.current = messages[messages.length - 1]?.id ?? null;
  if (atBottom || mark.current === null) return 0;
  let n = 0;
  for (let i = messages.length - 1; i >= 0; i--) {
    const m = messages[i];
    if (m === undefined || m.id === mark.current) break;
    if (m.chat === chat && m.direction === "in") n++;
  }
  return n;
}
