import { Connection, type Standing, type Told } from "./connection";
import type { Hello, Push, WireError } from "./frames.gen";

/** The other end of a websocket, moved by hand. */
export class FakeSocket {
  readonly sent: { id: number; type: string; [field: string]: unknown }[] = [];
  closed = false;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
  }

  raw(data: unknown): void {
    this.onmessage?.({ data });
  }

  says(frame: object): void {
    this.raw(JSON.stringify(frame));
  }

  hello(epoch: string, seq: number): void {
    const operator = {
      id: "anna",
      name: "",
      preferred: "active",
      effective: "active",
      reason: "chosen",
      load: 0,
      limit: 5,
    } as const;
    const hello: Hello = {
      type: "hello",
      epoch,
      seq,
      resumed: false,
      snapshot: { operator, offers: [], waiting: {}, chats: [] },
    };
    this.says(hello);
  }

  resumes(epoch: string, seq: number): void {
    this.says({ type: "hello", epoch, seq, resumed: true } satisfies Hello);
  }

  push(seq: number): void {
    this.says({ seq, type: "queue.waiting", data: { waiting: { q: seq } } } satisfies Push);
  }

  ping(seq: number): void {
    this.says({ type: "ping", seq });
  }

  accepts(id: number | undefined, data: object = {}): void {
    this.says({ id, ok: true, data });
  }

  refuses(id: number | undefined, error: WireError): void {
    this.says({ id, ok: false, error });
  }

  ends(code: number): void {
    this.onclose?.({ code });
  }
}

/** A connection to fake sockets, with all that it told. */
export function connected(signedIn: () => Promise<boolean> = async () => true) {
  const sockets: FakeSocket[] = [];
  const told: Told[] = [];
  const standings: Standing[] = [];
  const connection = new Connection({
    address: "ws://here/api/v1/ws",
    told: (frame) => told.push(frame),
    stands: (s) => standings.push(s),
    signedIn,
    socket: (address) => {
      const socket = new FakeSocket(address);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    random: () => 1,
  });
  const newest = (): FakeSocket => {
    const socket = sockets[sockets.length - 1];
    if (socket === undefined) throw new Error("no socket yet");
    return socket;
  };
  const numbers = () => told.flatMap((f) => (f.type === "hello" ? [] : [f.seq]));
  const stands = () => standings[standings.length - 1]?.is;
  return { connection, sockets, told, standings, newest, numbers, stands };
}
