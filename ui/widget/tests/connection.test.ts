import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "../src/connection";
import { FakeSocket } from "./sockets";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function connected({ chance = 0, maySleep = false } = {}) {
  const sockets: FakeSocket[] = [];
  const heard: string[] = [];
  const connection = new Connection({
    url: "wss://example.org",
    dial: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    chance: () => chance,
    maySleep: () => maySleep,
    onOpen: () => heard.push("open"),
    onBreak: () => heard.push("break"),
    onFrame: (frame) => heard.push(frame.type),
  });
  connection.open();
  sockets[0]!.onopen!();
  return { connection, sockets, heard };
}

test("a broken line is dialled again after a pause", () => {
  const { sockets, heard } = connected();
  sockets[0]!.break();
  vi.advanceTimersByTime(999);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  sockets[1]!.onopen!();
  expect(heard).toEqual(["open", "break", "open"]);
});

test("the pauses grow while nothing is heard", () => {
  const { sockets } = connected({ chance: 1 });
  const pauses: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    const before = Date.now();
    const dialled = sockets.length;
    sockets.at(-1)!.break();
    while (sockets.length === dialled) vi.advanceTimersByTime(100);
    pauses.push(Date.now() - before);
  }
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test("a line that has spoken makes the next pause short again", () => {
  const { sockets } = connected({ chance: 1 });
  sockets[0]!.break();
  vi.advanceTimersByTime(2_000);
  sockets[1]!.break();
  vi.advanceTimersByTime(4_000);
  sockets[2]!.onopen!();
  sockets[2]!.hear({ type: "pong" });
  sockets[2]!.break();
  vi.advanceTimersByTime(2_000);
  expect(sockets).toHaveLength(4);
});

test("a farewell is obeyed: no sooner than the server says", () => {
  const { sockets } = connected();
  sockets[0]!.hear({ type: "bye", code: "restarting", retry_after: 20 });
  expect(sockets[0]!.closed).toBe(true);
  vi.advanceTimersByTime(20_999);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(2);
});

test("a silent line is asked at least every four minutes, and given up without an answer", () => {
  const { sockets, heard } = connected();
  vi.advanceTimersByTime(4 * 60_000);
  expect(sockets[0]!.actions()).toEqual(["ping"]);
  vi.advanceTimersByTime(10_000);
  expect(heard).toEqual(["open", "break"]);
});

test("an answered question keeps the line", () => {
  const { sockets, heard } = connected();
  sockets[0]!.server = (frame) => sockets[0]!.hear({ type: "pong", id: frame.id });
  vi.advanceTimersByTime(30 * 60_000);
  expect(sockets[0]!.actions()).toHaveLength(8);
  expect(heard).toEqual(["open"]);
});

test.each([0, 0.5, 1])("the line is renewed before its two hours are over (chance %d)", (chance) => {
  const { sockets, heard } = connected({ chance });
  const answer = (socket: FakeSocket): void => {
    socket.server = (frame) => socket.hear({ type: "pong", id: frame.id });
  };
  answer(sockets[0]!);
  vi.advanceTimersByTime((105 + chance * 10) * 60_000 - 1);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(sockets).toHaveLength(2);
  expect(sockets[0]!.closed).toBe(false);
  answer(sockets[1]!);
  sockets[1]!.onopen!();
  sockets[0]!.hear({ type: "message" });
  expect(sockets[0]!.closed).toBe(false);
  sockets[1]!.hear({ type: "page" });
  expect(sockets[0]!.closed).toBe(true);
  expect(heard).toEqual(["open", "open", "message", "page"]);
});

test("a former line on which nothing more comes ends too", () => {
  const { sockets } = connected();
  sockets[0]!.server = (frame) => sockets[0]!.hear({ type: "pong", id: frame.id });
  vi.advanceTimersByTime(105 * 60_000);
  sockets[1]!.onopen!();
  vi.advanceTimersByTime(5_000);
  expect([sockets[0]!.closed, sockets[1]!.closed]).toEqual([true, false]);
});

test("a line that was silent for longer than the gateway bears is not asked, but left at once", () => {
  const { connection, sockets, heard } = connected();
  vi.setSystemTime(Date.now() + 11 * 60_000);
  connection.wake();
  expect(heard).toEqual(["open", "break"]);
  expect(sockets).toHaveLength(2);
});

test("a page that nobody looks at sleeps until it is woken", () => {
  const { connection, sockets } = connected({ maySleep: true });
  sockets[0]!.break();
  vi.advanceTimersByTime(60 * 60_000);
  expect(sockets).toHaveLength(1);
  connection.wake();
  expect(sockets).toHaveLength(2);
});

test("a handshake that never ends is given up", () => {
  const { sockets } = connected();
  sockets[0]!.break();
  vi.advanceTimersByTime(1_000);
  vi.advanceTimersByTime(10_000);
  expect(sockets[1]!.closed).toBe(true);
  vi.advanceTimersByTime(30_000);
  expect(sockets.length).toBeGreaterThan(2);
});

test("what is not a frame is left aside", () => {
  const { sockets, heard } = connected();
  sockets[0]!.onmessage!({ data: "<html>" });
  sockets[0]!.onmessage!({ data: "[1]" });
  sockets[0]!.onmessage!({ data: new ArrayBuffer(2) });
  expect(heard).toEqual(["open"]);
});

test("a stopped connection stays silent", () => {
  const { connection, sockets } = connected();
  connection.stop();
  vi.advanceTimersByTime(3 * 60 * 60_000);
  connection.wake();
  expect(sockets).toHaveLength(1);
  expect(connection.send({ action: "ping" })).toBe(false);
});

test("a line is asked whether it lives, though the clock was set back meanwhile", () => {
  const { connection, sockets } = connected();
  vi.setSystemTime(Date.now() - 3_600_000);
  connection.wake();
  expect(sockets[0]!.actions()).toEqual(["ping"]);
});
