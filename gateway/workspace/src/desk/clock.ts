import { createStore } from "zustand/vanilla";

/** The Date of an answer says whole seconds, and servers renew it once a second. */
const vague = 2_000;

/**
 * The server's time. The clock of an operator's machine may be hours off, and must not decide whether he may still reply
 * or how long a customer has waited: every look at the session says how far it is off.
 */
export class Clock {
  /** How far the server's clock is ahead of this machine's, in milliseconds. */
  readonly ahead = createStore<number>(() => 0);

  now(): number {
    return this.at(Date.now());
  }

  /** The server's time at a moment of this machine's clock. */
  at(here: number): number {
    return here + this.ahead.getState();
  }

  /** Takes the Date of an answer to a request that was sent at a moment of this machine's clock. */
  learn(date: string | null, sent: number): void {
    const said = Date.parse(date ?? "");
    if (Number.isNaN(said)) return;
    const came = Date.now();
    const ahead = said + vague / 2 - (sent + came) / 2;
    const same = Math.abs(ahead) <= vague / 2 + Math.abs(came - sent) / 2; // what cannot be told from a right clock
    this.ahead.setState(same ? 0 : Math.round(ahead), true);
  }
}
