// The client of the theatre (cmd/parley/browser): a company of one's own, its customers, its server and its network.
import { afterAll, afterEach, beforeEach } from "vitest";

export type Channel = "demo-fb" | "demo-wa" | "demo-tg";

/** A duration as in Go: "3s". */
export type Duration = string;

/** What is changed of the demo company; the keys are those of the configuration. */
export interface Wishes {
  readonly settings?: {
    readonly simultaneous_chats?: number;
    readonly accept_timeout?: Duration;
    readonly disconnect_grace?: Duration;
    readonly bot_completion_timeout?: Duration;
    readonly language?: "en" | "ru";
  };
  /** By id; the demo has support (Messenger and WhatsApp) and sales (Telegram). */
  readonly queues?: Readonly<Record<string, QueueWish>>;
  /** In place of the demo's. */
  readonly templates?: readonly TemplateWish[];
  /** Changed, or added if the login is new. */
  readonly operators?: readonly OperatorWish[];
  /** Customers' names by channel and number; the others have the simulator's. */
  readonly names?: Partial<
    Record<Channel, Readonly<Record<number, { readonly first: string; readonly last?: string }>>>
  >;
  /** How long a provider takes before each of sent, delivered and read; 20ms unless said. */
  readonly receipt_delay?: Duration;
}

export interface QueueWish {
  readonly name?: string;
  readonly rule?: "everyone" | "least_busy";
  readonly members?: readonly string[];
  readonly accept_timeout?: Duration;
  readonly completion_timeout?: Duration;
  readonly simultaneous_chats?: number;
}

export interface TemplateWish {
  readonly id: string;
  readonly name: string;
  /** By language. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface OperatorWish {
  readonly login: string;
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly language?: "en" | "ru";
}

export interface SignIn {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** Something a customer did: the provider's id of it, and its number among the customer's acts. */
export interface Deed {
  readonly id: string;
  readonly seq: number;
}

/** One message of the company's as the customer has it. */
export interface Answer {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly reply_to: string;
  readonly attachments: readonly {
    readonly kind: string;
    readonly name: string;
    readonly mime: string;
    readonly size: number;
    readonly link: string;
  }[];
}

/** A customer as the provider knows them. Actions are typing, seen and reactions of the company's. */
export interface Profile {
  readonly name: string;
  readonly phone: string;
  readonly language: string;
  readonly answers: readonly Answer[];
  readonly actions: readonly { readonly kind: string; readonly target: string; readonly emoji: string }[];
}

/** Texts that customers write in the background, in turns, each with a number after the text. */
export interface LoadWish {
  readonly rate: number;
  readonly seconds: number;
  readonly channel?: Channel;
  readonly first?: number;
  readonly customers?: number;
  readonly text?: string;
}

export interface Load {
  readonly total: number;
  readonly sent: number;
  readonly acked: number;
  /** Everything was written and acknowledged, or something went wrong. */
  readonly finished: boolean;
  readonly error?: string;
}

/** Longer than the theatre waits for anything. */
const patience = 60_000;

async function call<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${process.env.PARLEY_THEATRE}${path}`, {
    method,
    signal: AbortSignal.timeout(patience),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  const answer = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.error}`);
  return answer;
}

/**
 * Things that end by themselves: what a test opened ends with that test, what a beforeAll opened ends with the file.
 * check is asked about every open thing after each test; what it or an end throws fails that test.
 */
export class Kept<T> {
  readonly #end: (thing: T) => Promise<void>;
  #ofFile: T[] = [];
  #ofTest: T[] = [];
  #testing = false;

  constructor(
    end: (thing: T) => Promise<void>,
    check: (things: readonly T[], failed: boolean) => Promise<void> = async () => {},
  ) {
    this.#end = end;
    beforeEach(() => {
      this.#testing = true;
    });
    afterEach(async ({ task }) => {
      this.#testing = false;
      try {
        await check([...this.#ofFile, ...this.#ofTest], task.result?.state === "fail");
      } finally {
        await this.#endAll(this.#ofTest.splice(0));
      }
    });
    afterAll(() => this.#endAll(this.#ofFile.splice(0)));
  }

  add(thing: T): void {
    (this.#testing ? this.#ofTest : this.#ofFile).push(thing);
  }

  /** Ends something early. */
  async end(thing: T): Promise<void> {
    const others = (t: T) => t !== thing;
    this.#ofTest = this.#ofTest.filter(others);
    this.#ofFile = this.#ofFile.filter(others);
    await this.#end(thing);
  }

  async #endAll(things: T[]): Promise<void> {
    const ends = await Promise.allSettled(things.map((thing) => this.#end(thing)));
    const wrong = ends.flatMap((e) => (e.status === "rejected" ? [String(e.reason)] : []));
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  }
}

const stages = new Kept<Stage>((stage) => call("DELETE", stage.path));

/** A company of one's own: a server, its customers, and the network between it and its operators. */
export class Stage {
  readonly id: string;
  /** The address browsers come by; it stays while servers come and go. */
  readonly url: string;
  readonly signIns: readonly SignIn[];
  /** The network or the server was disturbed: browsers may have complained of that. */
  disturbed = false;

  private constructor(opened: { id: string; url: string; sign_ins: SignIn[] }) {
    this.id = opened.id;
    this.url = opened.url;
    this.signIns = opened.sign_ins;
  }

  /** Opens a stage; it closes by itself with the test, or with the file when a beforeAll opens it. */
  static async open(wishes: Wishes = {}): Promise<Stage> {
    const stage = new Stage(await call("POST", "/stages", wishes));
    stages.add(stage);
    return stage;
  }

  get path(): string {
    return `/stages/${this.id}`;
  }

  /** Ends the stage now. Throws if one of its servers had crashed or raced. */
  close(): Promise<void> {
    return stages.end(this);
  }

  passwordOf(login: string): string {
    const found = this.signIns.find((s) => s.login === login);
    if (found === undefined) throw new Error(`nobody signs in as ${login}, only ${this.signIns.map((s) => s.login)}`);
    return found.password;
  }

  /** Ends the server as a power cut would. */
  kill(): Promise<void> {
    return this.#server("kill");
  }

  /** Ends the server in order, as for an update. */
  stop(): Promise<void> {
    return this.#server("stop");
  }

  /** Starts the server again on what it had, and waits until it serves. */
  start(): Promise<void> {
    return this.#server("start");
  }

  async #server(what: "kill" | "stop" | "start"): Promise<void> {
    this.disturbed = true;
    await call("POST", `${this.path}/server`, { do: what });
  }

  /** Between browsers and server: true = as usual, false = cut off, "stalled" = connected, and no byte moves. */
  async network(up: boolean | "stalled"): Promise<void> {
    this.disturbed = true;
    await call("POST", `${this.path}/network`, up === "stalled" ? { up: false, stall: true } : { up });
  }

  /** The n-th customer of a channel, from 0; always the same one. */
  customer(channel: Channel, n = 0): Customer {
    return new Customer(`${this.path}/customers/${channel}/${n}`);
  }

  /** Lets customers write in the background; loaded tells how far it is. */
  load(wish: LoadWish): Promise<Load> {
    return call("POST", `${this.path}/load`, wish);
  }

  loaded(): Promise<Load> {
    return call("GET", `${this.path}/load`);
  }
}

/** Whether to wait until the server has acknowledged it; true unless said. While the server is down it cannot. */
export interface Waiting {
  readonly wait?: boolean;
}

/** One person who writes. Acts of one customer arrive in the order of the calls. */
export class Customer {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  #act(act: string, about: object, waiting: Waiting = {}): Promise<Deed> {
    return call("POST", this.#path, { act, ...about, ...waiting });
  }

  text(text: string, w?: Waiting): Promise<Deed> {
    return this.#act("text", { text }, w);
  }

  /** Quotes a message: one of the customer's own, or an answer. */
  reply(to: { readonly id: string }, text: string, w?: Waiting): Promise<Deed> {
    return this.#act("reply", { target: to.id, text }, w);
  }

  forward(text: string, w?: Waiting): Promise<Deed> {
    return this.#act("forward", { text }, w);
  }

  /** Messenger knows no captions. */
  image(caption = "", w?: Waiting): Promise<Deed> {
    return this.#act("image", { text: caption }, w);
  }

  voice(w?: Waiting): Promise<Deed> {
    return this.#act("voice", {}, w);
  }

  audio(w?: Waiting): Promise<Deed> {
    return this.#act("audio", {}, w);
  }

  video(caption = "", w?: Waiting): Promise<Deed> {
    return this.#act("video", { text: caption }, w);
  }

  /** A PDF. */
  file(caption = "", w?: Waiting): Promise<Deed> {
    return this.#act("file", { text: caption }, w);
  }

  /** A file of any name, type and text, as somebody hostile would send it. */
  document(name: string, mime: string, text: string, w?: Waiting): Promise<Deed> {
    return this.#act("document", { name, mime, text }, w);
  }

  sticker(w?: Waiting): Promise<Deed> {
    return this.#act("sticker", {}, w);
  }

  location(lat: number, lon: number, title = "", w?: Waiting): Promise<Deed> {
    return this.#act("location", { lat, lon, text: title }, w);
  }

  /** Not on Messenger. */
  contact(
    card: { readonly first: string; readonly last?: string; readonly phone: string },
    w?: Waiting,
  ): Promise<Deed> {
    return this.#act("contact", { card }, w);
  }

  /** An empty emoji takes the reaction away. */
  react(to: { readonly id: string }, emoji: string, w?: Waiting): Promise<Deed> {
    return this.#act("react", { target: to.id, emoji }, w);
  }

  edit(what: Deed, text: string, w?: Waiting): Promise<Deed> {
    return this.#act("edit", { target: what.id, text }, w);
  }

  /** Telegram never tells of it. */
  delete(what: Deed, w?: Waiting): Promise<Deed> {
    return this.#act("delete", { target: what.id }, w);
  }

  quickReply(text: string, payload: string, w?: Waiting): Promise<Deed> {
    return this.#act("quick_reply", { text, payload }, w);
  }

  postback(under: { readonly id: string }, title: string, payload: string, w?: Waiting): Promise<Deed> {
    return this.#act("postback", { target: under.id, text: title, payload }, w);
  }

  referral(reference: string, w?: Waiting): Promise<Deed> {
    return this.#act("referral", { payload: reference }, w);
  }

  /** Something the provider only names. */
  unsupported(w?: Waiting): Promise<Deed> {
    return this.#act("unsupported", {}, w);
  }

  /** From now on the company cannot reach this customer. */
  async block(): Promise<void> {
    await this.#act("block", {});
  }

  async unblock(): Promise<void> {
    await this.#act("unblock", {});
  }

  /**
   * The next answer fails for good. WhatsApp takes it and reports the code later; Messenger (551, 10) and Telegram (403)
   * refuse the channel's next call, which may also be one for the profile: see its name on the page first.
   */
  async failNext(code = 0): Promise<void> {
    await this.#act("fail_next", { code });
  }

  /** The channel's next call is told to come again later. */
  async busyNext(): Promise<void> {
    await this.#act("busy_next", {});
  }

  profile(): Promise<Profile> {
    return call("GET", this.#path);
  }

  /** Waits until at least n answers have come in all. */
  async answers(n: number): Promise<readonly Answer[]> {
    return (await call<Profile>("GET", `${this.#path}?answers=${n}`)).answers;
  }
}
