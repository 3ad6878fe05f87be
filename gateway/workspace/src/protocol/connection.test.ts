import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected } from "./socket.fake";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A connection that is open at a number. */
function open(seq = 4) {
  const c = connected();
  c.connection.start();
  c.newest().hello("e 1", seq);
  return c;
}

describe("resuming", () => {
  test("the first connection asks for everything, the next for what came after the last number", async () => {
    const c = open(4);
    expect(c.sockets[0]?.address).toBe("ws://here/api/v1/ws");
    c.newest().push(5);
    c.newest().ends(1006);
    expect(c.stands()).toBe("waiting");
    await wait(300);
    expect(c.newest().address).toBe("ws://here/api/v1/ws?epoch=e%201&seq=5");
    c.newest().resumes("e 1", 5);
    c.newest().push(5);
    c.newest().push(6);
    expect(c.numbers()).toEqual([5, 6]);
    expect(c.stands()).toBe("open");
  });

  test("a hole in the numbers is filled at once, and nothing behind it is handed on before", async () => {
    const c = open(4);
    c.newest().push(5);
    c.newest().push(7);
    expect(c.sockets[0]?.closed).toBe(true);
    c.sockets[0]?.push(6);
    await wait(0);
    expect(c.newest().address).toContain("seq=5");
    c.newest().resumes("e 1", 5);
    c.newest().push(6);
    c.newest().push(7);
    expect(c.numbers()).toEqual([5, 6, 7]);
  });

  test("a heartbeat that is ahead tells of pushes that were lost", async () => {
    const c = open(4);
    c.newest().ping(4);
    expect(c.newest().closed).toBe(false);
    c.newest().ping(5);
    expect(c.sockets[0]?.closed).toBe(true);
    await wait(0);
    expect(c.sockets.length).toBe(2);
  });

  test("a snapshot in place of resuming begins its own numbering", async () => {
    const c = open(40);
    c.newest().ends(1006);
    await wait(300);
    c.newest().hello("e2", 2);
    c.newest().push(3);
    expect(c.numbers()).toEqual([3]);
    c.newest().ends(1006);
    await wait(600);
    expect(c.newest().address).toContain("epoch=e2&seq=3");
  });

  test("what is forgotten is not asked for again", async () => {
    const c = open(4);
    c.connection.forget();
    c.connection.renew("gap");
    await wait(0);
    expect(c.newest().address).toBe("ws://here/api/v1/ws");
  });

  test("a second greeting on one connection is taken as it is", () => {
    const c = open(4);
    c.newest().hello("e2", 9);
    c.newest().push(10);
    expect(c.told.map((f) => f.type)).toEqual(["hello", "hello", "queue.waiting"]);
  });
});

describe("what is no frame", () => {
  test.each(["not json", "null", "7", "[]", '"x"'])("%s breaks the connection and is asked for again", async (text) => {
    const c = open(4);
    c.newest().raw(text);
    expect(c.sockets[0]?.closed).toBe(true);
    await wait(0);
    expect(c.newest().address).toContain("seq=4");
  });

  test("a word without a number is a newer server's, and takes nothing along", () => {
    const c = open(4);
    c.newest().says({ type: "weather", data: {} });
    c.newest().says({ type: "weather", seq: "x" });
    c.newest().push(5);
    expect(c.numbers()).toEqual([5]);
  });

  test("a greeting that goes on with something else begins anew", async () => {
    const c = open(4);
    c.newest().ends(1006);
    await wait(300);
    c.newest().resumes("another", 4);
    await wait(600);
    expect(c.newest().address).toBe("ws://here/api/v1/ws");
    c.newest().says({ type: "hello", epoch: "e3", seq: 7, resumed: false });
    await wait(1_200);
    expect(c.newest().address).toBe("ws://here/api/v1/ws");
    expect(c.told.length).toBe(1);
  });
});

describe("silence", () => {
  test("a line on which nothing comes for 26 s is given up", async () => {
    const c = open(4);
    await wait(25_000);
    c.newest().ping(4);
    await wait(25_000);
    expect(c.sockets[0]?.closed).toBe(false);
    await wait(4_000);
    expect(c.sockets[0]?.closed).toBe(true);
    expect(c.sockets.length).toBe(2);
  });

  test("one that never opens as well", async () => {
    const c = connected();
    c.connection.start();
    await wait(29_000);
    expect(c.sockets.length).toBe(2);
  });

  test("a machine that slept comes back as soon as the page is seen again", async () => {
    const c = open(4);
    vi.setSystemTime(Date.now() + 3_600_000); // the clock goes on, timers do not
    c.connection.hurry();
    await wait(0);
    expect(c.sockets[0]?.closed).toBe(true);
    expect(c.newest().address).toContain("seq=4");
  });

  test("to hurry costs nothing while all is well", () => {
    const c = open(4);
    c.connection.hurry();
    expect(c.sockets.length).toBe(1);
  });
});

describe("coming back", () => {
  test("each attempt in a row waits twice as long, up to ten seconds", async () => {
    const c = connected();
    c.connection.start();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      c.newest().ends(1006);
      await wait(0);
      const s = c.standings[c.standings.length - 1];
      if (s?.is !== "waiting") throw new Error("not waiting");
      waits.push(s.until - Date.now());
      await wait(s.until - Date.now());
    }
    expect(waits).toEqual([300, 600, 1200, 2400, 4800, 9600, 10_000, 10_000]);
  });

  test("a connection that held begins from the first pause, one that broke at once goes on from the last", async () => {
    const c = open(4);
    for (const pause of [300, 600, 1200]) {
      c.newest().ends(1012);
      await wait(pause - 1);
      const before = c.sockets.length;
      await wait(1);
      expect(c.sockets.length).toBe(before + 1);
      c.newest().resumes("e 1", 4);
    }
    await wait(6_000);
    c.newest().ends(1012);
    await wait(300);
    expect(c.stands()).toBe("connecting");
  });

  test("who hurries does not wait", async () => {
    const c = open(4);
    c.newest().ends(1006);
    c.connection.hurry();
    expect(c.sockets.length).toBe(2);
    await wait(1_000);
    expect(c.sockets.length).toBe(2);
    c.connection.hurry(); // an attempt is on its way
    expect(c.sockets.length).toBe(2);
  });

  test("a network that is exchanged takes the connection along", async () => {
    const c = open(4);
    c.connection.renew("offline");
    expect(c.sockets[0]?.closed).toBe(true);
    expect(c.standings[c.standings.length - 1]).toMatchObject({ is: "waiting", cause: "offline" });
    await wait(0);
    expect(c.sockets.length).toBe(2);
  });

  test.each([
    [4408, "slow"],
    [1012, "restart"],
    [1006, "lost"],
  ])("code %i is %s", (code, cause) => {
    const c = open(4);
    c.newest().ends(code);
    expect(c.standings[c.standings.length - 1]).toMatchObject({ is: "waiting", cause });
  });
});

describe("a session that is over", () => {
  test("code 4401 ends the connection, and start goes on where it stopped", async () => {
    const c = open(4);
    c.newest().ends(4401);
    expect(c.stands()).toBe("ended");
    await wait(60_000);
    expect(c.sockets.length).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    c.connection.start();
    expect(c.newest().address).toContain("seq=4");
    c.newest().resumes("e 1", 4);
    expect(c.stands()).toBe("open");
  });

  test("a refused upgrade asks whether the session lives", async () => {
    const c = connected(async () => false);
    c.connection.start();
    c.newest().ends(1006);
    await wait(0);
    expect(c.stands()).toBe("ended");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("nobody to ask means nobody is there", async () => {
    const c = connected(() => Promise.reject(new Error("no network")));
    c.connection.start();
    c.newest().ends(1006);
    await wait(0);
    expect(c.standings[c.standings.length - 1]).toMatchObject({ is: "waiting", cause: "unreachable" });
  });

  test("an answer that never comes does not stop the attempts, and a late one ends nothing", async () => {
    let answer: (yes: boolean) => void = () => {};
    const asked = vi.fn(() => new Promise<boolean>((resolve) => (answer = resolve)));
    const c = connected(asked);
    c.connection.start();
    c.newest().ends(1006);
    await wait(16_000);
    expect(c.sockets.length).toBe(2);
    answer(false);
    await wait(0);
    c.newest().hello("e1", 0);
    expect(c.stands()).toBe("open");
  });

  test("who hurries meanwhile is not ended by the answer", async () => {
    let answer: (yes: boolean) => void = () => {};
    const c = connected(() => new Promise<boolean>((resolve) => (answer = resolve)));
    c.connection.start();
    c.newest().ends(1006);
    c.connection.hurry();
    answer(true);
    await wait(1_000);
    expect(c.sockets.length).toBe(2);
  });
});

describe("stopping", () => {
  test("leaves no timer, no socket and no one who waits", async () => {
    const c = open(4);
    const asked = c.connection.request("chat.accept", { chat: "a" });
    const failed = expect(asked).rejects.toThrow("not there");
    c.connection.stop();
    await failed;
    expect(vi.getTimerCount()).toBe(0);
    expect(c.newest().closed).toBe(true);
    c.newest().ends(1000);
    c.newest().push(5);
    expect(c.numbers()).toEqual([]);
    c.connection.hurry();
    c.connection.renew("offline");
    expect(c.sockets.length).toBe(1);
  });

  test("twice started is once started", () => {
    const c = open(4);
    c.connection.start();
    expect(c.sockets.length).toBe(1);
  });
});
