import { gist } from "../chat/gist";
import type { Say } from "../words/words";
import { aside } from "./cards";
import type { Ring } from "./rings";

/** More than this of a kind at once are counted. */
const most = 2;

/** The longest text of a message that is read out, in UTF-16 units: who wants more goes there. */
const longest = 200;

/**
 * What is said to whoever hears the page (WCAG 4.1.3): offers, chats that were handed over, messages; what is said in the
 * chat that is open with its words. Being made Inactive is a notice, which says itself.
 */
export function announced(rings: readonly Ring[], open: string | null, say: Say): string[] {
  const out: string[] = [];
  const offers = rings.flatMap((r) => (r.kind === "offer" ? r.row : []));
  if (offers.length > most) out.push(say("bell.offers", { count: offers.length }));
  else for (const row of offers) out.push(say("bell.offer", { name: aside(row.contact.name) }));
  for (const r of rings) {
    if (r.kind === "transferred") out.push(say("bell.transferred", { name: aside(r.row.contact.name) }));
  }
  const messages = rings.flatMap((r) => (r.kind === "message" ? r : []));
  if (messages.length > most) return [...out, say("bell.messages", { count: messages.length })];
  for (const { row, message } of messages) {
    const name = aside(row.contact.name);
    const text = gist(message, say).trim().slice(0, longest) || say("bell.noText");
    out.push(row.id === open ? say("bell.said", { name, text }) : say("bell.saidIn", { name }));
  }
  return out;
}
