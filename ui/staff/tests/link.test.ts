import { beforeEach, describe, expect, test } from "vitest";

import { backoff } from "../src/clock";
import { Link, Unanswered, type LinkState } from "../src/connection/link";
import { Refusal } from "../src/connection/rest";
import type { Frame } from "../src/protocol";
import { FakeClock, FakeSocket, settled } from "./fakes";

let clock: FakeClock;
let sockets: FakeSocket[];
let frames: Frame[];
let state: LinkState;
let ticket: () => Promise<string>;
let link: Link;

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  frames = [];
  ticket = async () => `wss://example/${sockets.length}`;
  link = new Link({
    address: () => ticket(),
    open: (address) => {
      const socket = new FakeSocket(address);
      sockets.push(socket);
      return socket;
    },
    clock,
    onFrame: (frame) => frames.push(frame),
    onState: (next) => {
      state = next;
    },
  });
});

const newest = (): FakeSocket => sockets.at(-1) ?? expect.fail("no socket was opened");

async function connected(): Promise<FakeSocket> {
  link.start();
  await settled();
  newest().accept();
  return newest();
}

describe("a link", () => {
  test("asks for a fresh ticket at each connection", async () => {
    const first = await connected();
    expect(state.kind).toBe("open");
    first.break();
    await clock.pass(1_000);
    expect(sockets.map((socket) => socket.address)).toEqual(["wss://example/0", "wss://example/1"]);
  });

  test("waits longer after each failure, and starts over once a server has spoken", async () => {
    clock.chance = 1;
    link.start();
    const waits: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await settled();
      newest().break();
      const wait = state.kind === "waiting" ? state.until - clock.now() : 0;
      waits.push(wait);
      await clock.pass(wait);
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    newest().accept();
    newest().push({ type: "presence" });
    newest().break();
    expect(state).toMatchObject({ kind: "waiting", until: clock.now() + 2_000 });
  });

  test("gives up a socket that does not open", async () => {
    link.start();
    await clock.pass(15_001);
    expect(sockets[0]?.closed).toBe(true);
    await clock.pass(2_000);
    expect(sockets).toHaveLength(2);
  });

  test("honours a goodbye: no sooner than it asks, then spread", async () => {
    const socket = await connected();
    clock.chance = 0.5;
    socket.push({ type: "bye", code: "restart", retry_after: 20 });
    expect(socket.closed).toBe(true);
    expect(state).toMatchObject({ kind: "waiting", until: clock.now() + 20_000 + 4_500 });
    expect(frames).toEqual([]);
  });

  test("asks at once what became of one's rights, but not again and again", async () => {
    const expired = { type: "bye", code: "auth_expired" };
    const socket = await connected();
    socket.push({ type: "queue_changed" });
    socket.push(expired);
    await settled();
    expect(sockets).toHaveLength(2);
    sockets[1]?.accept();
    sockets[1]?.push(expired);
    await settled();
    expect(sockets).toHaveLength(2);
    expect(state).toMatchObject({ kind: "waiting" });
  });

  test("does not wait when the network is back", async () => {
    (await connected()).break();
    link.hurry();
    await settled();
    expect(sockets).toHaveLength(2);
  });

  test("tells why it is refused, and tries again later", async () => {
    ticket = () => Promise.reject(new Refusal(403, "forbidden", "You are not allowed to do this."));
    link.start();
    await settled();
    expect(state).toMatchObject({ kind: "waiting", why: "You are not allowed to do this." });
    ticket = async () => "wss://example/again";
    await clock.pass(30_000);
    expect(sockets).toHaveLength(1);
  });

  test("never connects twice, however late a ticket comes", async () => {
    let give: (address: string) => void = () => undefined;
    ticket = () => new Promise((resolve) => (give = resolve));
    link.start();
    link.stop();
    give("wss://example/late");
    await settled();
    expect(sockets).toEqual([]);
  });

  test("replaces the socket before the gateway ends it, and loses nothing in between", async () => {
    const old = await connected();
    await clock.pass(105 * 60_000);
    const young = newest();
    expect(young).not.toBe(old);
    expect(link.tell({ action: "typing" })).toBe(true);
    expect(old.of("typing")).toHaveLength(1);
    young.accept();
    old.push({ type: "message", number: 1 });
    young.push({ type: "message", number: 2 });
    expect(frames).toHaveLength(2);
    await clock.pass(5_000);
    expect(old.closed).toBe(true);
    expect(state.kind).toBe("open");
    link.tell({ action: "typing" });
    expect(young.of("typing")).toHaveLength(1);
  });

  test("keeps the old socket when its replacement fails", async () => {
    const old = await connected();
    await clock.pass(105 * 60_000);
    newest().break();
    expect(state.kind).toBe("open");
    expect(old.closed).toBe(false);
    expect(link.tell({ action: "typing" })).toBe(true);
  });

  test("ignores what is not a frame", async () => {
    const socket = await connected();
    for (const data of ["", "nonsense", "[]", "null", "{}", '{"type": 4}']) {
      socket.onmessage?.call({} as WebSocket, { data } as MessageEvent);
    }
    expect(frames).toEqual([]);
    expect(state.kind).toBe("open");
  });
});

describe("a question", () => {
  const fate = (answer: Promise<Frame>) =>
    answer.then(
      (frame) => frame.type,
      (error: Unanswered) => [error.kind, error.code],
    );

  test("is settled by the frame with its id, which nobody else sees", async () => {
    const socket = await connected();
    const answer = link.ask({ action: "presence" });
    socket.push({ type: "presence" });
    socket.answer("presence", { type: "presence", lease_expires_at: "later" });
    expect(await answer).toMatchObject({ lease_expires_at: "later" });
    expect(frames).toHaveLength(1);
  });

  test("fails with the server's code, the loss of the socket, or silence", async () => {
    const socket = await connected();
    const refused = fate(link.ask({ action: "message" }));
    socket.answer("message", { type: "error", code: "rate_limited", message: "slow down" });
    expect(await refused).toEqual(["refused", "rate_limited"]);
    const late = fate(link.ask({ action: "message" }));
    await clock.pass(10_000);
    expect(await late).toEqual(["late", "late"]);
    const lost = fate(link.ask({ action: "message" }));
    socket.break();
    expect(await lost).toEqual(["lost", "lost"]);
    expect(await fate(link.ask({ action: "message" }))).toEqual(["lost", "lost"]);
  });
});

test("the wait before a try is between 1 s and 30 s, and at its most doubles", () => {
  for (const tries of [1, 2, 5, 50]) {
    expect(backoff(tries, 0)).toBe(1_000);
    expect(backoff(tries, 0.9999)).toBeLessThanOrEqual(30_000);
  }
  expect(backoff(3, 1)).toBe(8_000);
});
