import { createStore } from "zustand/vanilla";
import { rest, type SignedOperator } from "../protocol/rest";
import type { Clock } from "./clock";

/** Who works in this page. */
export type Session =
  | { readonly is: "unknown" } // not asked yet
  | { readonly is: "out"; readonly was: SignedOperator | null } // was: whose session has ended under the page
  | { readonly is: "in"; readonly operator: SignedOperator };

/** What a sign-in came to: done, or why not. */
export type SignInOutcome = "done" | "wrong" | "many" | "unreachable";

export class Sessions {
  readonly store = createStore<Session>(() => ({ is: "unknown" }));
  private readonly clock: Clock;

  /** clock: learns the server's time by the way. */
  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Asks whose session the cookie opens. Throws when nobody answers. */
  async ask(): Promise<SignedOperator | null> {
    const sent = Date.now();
    const { data, response } = await rest.GET("/api/v1/session");
    this.clock.learn(response.headers.get("Date"), sent);
    if (data !== undefined) {
      this.store.setState({ is: "in", operator: data }, true);
      return data;
    }
    if (response.status === 401) {
      this.end();
      return null;
    }
    throw new Error(`session: ${response.status}`);
  }

  async signIn(login: string, password: string): Promise<SignInOutcome> {
    try {
      const sent = Date.now();
      const { data, response } = await rest.POST("/api/v1/session", { body: { login, password } });
      this.clock.learn(response.headers.get("Date"), sent);
      if (data !== undefined) {
        this.store.setState({ is: "in", operator: data.operator }, true);
        return "done";
      }
      if (response.status === 401) return "wrong";
      return response.status === 429 ? "many" : "unreachable";
    } catch {
      return "unreachable";
    }
  }

  /** Ends the session here and on the server; false when the server could not be told. */
  async signOut(): Promise<boolean> {
    try {
      const { response } = await rest.DELETE("/api/v1/session");
      if (!response.ok && response.status !== 401) return false;
    } catch {
      return false;
    }
    this.leave();
    return true;
  }

  /** The operator has signed out, here or in another tab: nothing of him stays. */
  leave(): void {
    this.store.setState({ is: "out", was: null }, true);
  }

  /** The session has ended elsewhere. */
  end(): void {
    const now = this.store.getState();
    if (now.is !== "out") this.store.setState({ is: "out", was: now.is === "in" ? now.operator : null }, true);
  }
}
