import { useView } from "../app/context";
import { ClosedBox } from "./ClosedBox";
import { useClosed } from "./closed";
import { OpenBox } from "./OpenBox";

/** The foot of an open chat: the reply box, or why there is none. */
export function Composer({ chat }: { chat: string }) {
  const mine = useView((v) => v.chats.has(chat));
  const closed = useClosed(chat);
  if (!mine) return null;
  return closed === null ? <OpenBox chat={chat} /> : <ClosedBox chat={chat} closed={closed} />;
}
