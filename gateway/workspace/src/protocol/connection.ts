import { type Cause, causeOf, pause } from "./backoff";
import type { Hello, Ping, Push, Reply, Requests, RequestType, WireError } from "./frames.gen";

/** How the connection stands. Times are Unix milliseconds. */
export type Standing =
  | { readonly is: "connecting"; readonly cause: Cause | null }
  | { readonly is: "open"; readonly resumed: boolean }
  | { readonly is: "waiting"; readonly cause: Cause; readonly until: number }
  | { readonly is: "ended" }; // the session is over: somebody must sign in

/** Everything the server says that is no reply. */
export type Told = Hello | Push;

/** A request that the server refused. */
export class Refused extends Error {
  readonly code: string;
  readonly by: WireError["by"];
  constructor(error: WireError) {
    super(error.message);
    this.code = error.code;
    this.by = error.by;
  }
}

/** The connection broke, or was not there: nobody knows whether the request was carried out. */
export class Interrupted extends Error {
  constructor() {
    super("the connection is not there");
  }
}

export interface ConnectionOptions {
  /** Address of the websocket, without parameters. */
  readonly address: string;
  readonly told: (frame: Told) => void;
  readonly stands: (s: Standing) => void;
  /** Asks over HTTP whether the session still lives, when a connection is refused without a word. */
  readonly signedIn: () => Promise<boolean>;
  readonly socket?: (address: string) => WebSocket;
  readonly random?: () => number;
}

/** The server lets at most 20 s pass between two frames (contract part 4). */
const silence = 26_000;
/** The readyState of a socket that takes something; one that the server has closed may not have told it yet. */
const taking = 1;
/** The server gives a request 10 s. */
const patience = 15_000;
/** A connection that held so long is worth coming back to at once; one that breaks sooner is waited for longer each time. */
const steady = 5_000;

interface Asked {
  readonly resolve: (data: never) => void;
  readonly reject: (e: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * The operator's websocket: kept open, resumed after every break from the last number that was seen. It hands every
 * push on exactly once and in order; a hole in the numbers makes it resume.
 */
export class Connection {
  /** When something was last heard, Unix milliseconds; 0 before that. */
  heardAt = 0;
  private readonly options: ConnectionOptions;
  private socket: WebSocket | null = null;
  private opened = false;
  private epoch = "";
  private seq = 0;
  private openedAt = 0;
  private attempt = 0;
  private nextID = 1;
  private asked = new Map<number, Asked>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private running = false;
  private triedAt = 0;

  constructor(options: ConnectionOptions) {
    this.options = options;
  }

  /** Connects and stays connected until stop. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.attempt = 0;
    this.watch = setInterval(() => this.listen(), 2_000);
    this.connect(null);
  }

  /** Closes for good; start may be called again. */
  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.drop();
  }

  /** Forgets the numbering, so that the next hello brings a snapshot. */
  forget(): void {
    this.epoch = "";
    this.seq = 0;
  }

  /** Tries at once: the network is back, the page is seen again, or somebody pressed a button. */
  hurry(): void {
    if (!this.running) return;
    if (this.socket !== null && this.opened) {
      this.listen();
      return;
    }
    if (this.socket === null) {
      clearTimeout(this.timer);
      this.connect(null);
    }
  }

  /** The network is gone or has been exchanged: what is open is given up and resumed. */
  renew(cause: Cause): void {
    if (!this.running || this.socket === null) return;
    this.broken(cause);
  }

  get open(): boolean {
    return this.opened;
  }

  /** Asks the server; refused with Refused, or with Interrupted when the outcome is unknown. */
  request<T extends RequestType>(type: T, fields: Requests[T]["fields"]): Promise<Requests[T]["reply"]> {
    return new Promise((resolve, reject) => {
      if (this.socket === null || !this.opened || this.socket.readyState > taking) {
        reject(new Interrupted());
        return;
      }
      const id = this.nextID++;
      const timer = setTimeout(() => {
        this.asked.delete(id);
        reject(new Interrupted());
      }, patience);
      this.asked.set(id, { resolve: resolve as Asked["resolve"], reject, timer });
      this.socket.send(JSON.stringify({ id, type, ...fields }));
    });
  }

  private connect(cause: Cause | null): void {
    this.options.stands({ is: "connecting", cause });
    const resume = this.epoch === "" ? "" : `?epoch=${encodeURIComponent(this.epoch)}&seq=${this.seq}`;
    const address = this.options.address + resume;
    const socket = this.options.socket?.(address) ?? new WebSocket(address);
    this.socket = socket;
    this.opened = false;
    this.triedAt = Date.now();
    socket.onmessage = (e) => this.socket === socket && this.hear(String(e.data));
    socket.onclose = (e) => this.socket === socket && this.closed(e.code);
  }

  private hear(text: string): void {
    this.heardAt = Date.now();
    const frame = read(text);
    if (frame === null) {
      this.broken("gap"); // what it was is not known: it is asked for again
      return;
    }
    if (!("type" in frame)) {
      this.replied(frame);
      return;
    }
    switch (frame.type) {
      case "hello":
        this.greeted(frame as Hello);
        break;
      case "ping":
        if ((frame as Ping).seq > this.seq) this.broken("gap");
        break;
      default:
        this.pushed(frame as Push);
    }
  }

  private greeted(hello: Hello): void {
    if (hello.resumed ? hello.epoch !== this.epoch : hello.snapshot === undefined) {
      this.forget(); // it goes on with what is not here
      this.broken("gap");
      return;
    }
    if (!this.opened) this.openedAt = Date.now();
    this.opened = true;
    if (!hello.resumed) {
      this.epoch = hello.epoch;
      this.seq = hello.seq;
    }
    this.options.told(hello);
    this.options.stands({ is: "open", resumed: hello.resumed });
  }

  private pushed(push: Push): void {
    if (!(push.seq > this.seq)) return; // known, or no numbered push at all: a newer server's word
    if (push.seq > this.seq + 1) {
      this.broken("gap");
      return;
    }
    this.seq = push.seq;
    this.options.told(push);
  }

  private replied(reply: Reply): void {
    const asked = this.asked.get(Number(reply.id));
    if (asked === undefined) return;
    this.asked.delete(Number(reply.id));
    clearTimeout(asked.timer);
    if (reply.ok) asked.resolve(reply.data as never);
    else asked.reject(new Refused(reply.error));
  }

  /** Notices a line on which nothing comes any more. Timers sleep with the machine, the clock does not. */
  private listen(): void {
    const since = Math.max(this.heardAt, this.triedAt); // a connection that does not come up is silent too
    if (this.socket !== null && Date.now() - since > silence) this.broken("silent");
  }

  private broken(cause: Cause): void {
    this.drop();
    this.again(cause);
  }

  private closed(code: number): void {
    const opened = this.opened;
    this.socket = null;
    this.drop();
    const cause = causeOf(code, opened);
    if (cause === "ended") {
      this.end();
      return;
    }
    if (opened) {
      this.again(cause);
      return;
    }
    this.doubt(cause);
  }

  /** A refused upgrade tells a page nothing: the session may have ended. Whoever is asked may say nothing either. */
  private doubt(cause: Cause): void {
    let asking = true;
    const settle = (next: () => void) => {
      if (asking && this.running && this.socket === null) next();
      asking = false;
    };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => settle(() => this.again("unreachable")), patience);
    this.options.signedIn().then(
      (yes) => settle(() => (yes ? this.again(cause) : this.end())),
      () => settle(() => this.again("unreachable")),
    );
  }

  private end(): void {
    this.stop();
    this.options.stands({ is: "ended" });
  }

  private again(cause: Cause): void {
    if (!this.running) return;
    const wait = pause(this.attempt++, cause, (this.options.random ?? Math.random)());
    this.options.stands({ is: "waiting", cause, until: Date.now() + wait });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(cause), wait);
  }

  /** Lets the socket go without waiting for its farewell; nobody gets a reply any more. */
  private drop(): void {
    const socket = this.socket;
    if (this.opened && Date.now() - this.openedAt >= steady) this.attempt = 0;
    this.socket = null;
    this.opened = false;
    socket?.close();
    const asked = this.asked;
    this.asked = new Map();
    for (const a of asked.values()) {
      clearTimeout(a.timer);
      a.reject(new Interrupted());
    }
  }
}

/** A frame, or null for what is none. */
function read(text: string): Hello | Push | Ping | Reply | null {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === "object" && frame !== null && !Array.isArray(frame) ? (frame as Reply) : null;
  } catch {
    return null;
  }
}
