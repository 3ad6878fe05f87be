import { indexOf } from "../feed/messages";
import type { Message } from "../protocol/frames.gen";
import { ItemLine } from "./ItemLine";
import { linesOf } from "./items";

/** Messages to be read only, all of them drawn: a page or two of a chat that is over. */
export function Transcript({ messages, customer }: { messages: readonly Message[]; customer: string }) {
  return (
    <div>
      {linesOf(messages).map((item) => (
        <ItemLine
          key={item.key}
          item={item}
          customer={customer}
          beginning={false}
          unread={false}
          quoted={item.message.reply_to ? messages[indexOf(messages, item.message.reply_to)] : null}
        />
      ))}
    </div>
  );
}
