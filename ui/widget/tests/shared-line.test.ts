import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Incoming } from "../src/protocol";
import { SharedLine, type Locks } from "../src/shared-line";
import { FakeSocket } from "./sockets";
import { FakeBrowser } from "./tabs";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Let locks and channels do their work. */
const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A browser on the site; `sockets` are all that its tabs have dialled. */
function browsing() {
  const browser = new FakeBrowser();
  const sockets: FakeSocket[] = [];
  const open = async (more: { locks?: Locks; maySleep?: boolean } = {}) => {
    const heard: string[] = [];
    const tab = { heard, asleep: false };
    const line = new SharedLine(
      {
        url: "wss://example.org",
        chance: () => 0,
        dial: () => {
          const socket = new FakeSocket();
          sockets.push(socket);
          return socket;
        },
        maySleep: () => more.maySleep ?? false,
        onOpen: () => heard.push("open"),
        onBreak: () => heard.push("break"),
        onFrame: (frame: Incoming) => heard.push(frame.type),
      },
      { ...browser.tab(() => tab.asleep), ...(more.locks ? { locks: more.locks } : {}) },
    );
    line.open();
    await soon();
    return Object.assign(tab, { line });
  };
  return { open, sockets };
}

/** Two tabs on one open line; the first holds the socket. */
async function two() {
  const here = browsing();
  const first = await here.open();
  const second = await here.open();
  here.sockets[0]!.onopen!();
  here.sockets[0]!.hear({ type: "page" });
  await soon();
  return { ...here, first, second };
}

test("two tabs have one socket, and both hear what comes", async () => {
  const { sockets, first, second } = await two();
  sockets[0]!.hear({ type: "message" });
  await soon();
  expect(sockets).toHaveLength(1);
  expect(first.heard).toEqual(["open", "page", "message"]);
  expect(second.heard).toEqual(["page", "open", "message"]);
});

test("the second tab speaks only after the first was answered", async () => {
  const { open, sockets } = browsing();
  await open();
  const second = await open();
  sockets[0]!.onopen!();
  await soon();
  expect(second.line.send({ action: "ping" })).toBe(false);
  sockets[0]!.hear({ type: "page" });
  await soon();
  expect(second.line.send({ action: "typing", token: "t" })).toBe(true);
  await soon();
  expect(sockets[0]!.actions()).toEqual(["typing"]);
});

test("where the first has nothing to ask the second waits no longer than a second", async () => {
  const { open, sockets } = browsing();
  await open();
  const second = await open();
  sockets[0]!.onopen!();
  await vi.advanceTimersByTimeAsync(999);
  expect(second.line.isOpen).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(second.line.isOpen).toBe(true);
});

test("when the tab with the socket closes, the next opens one, and both begin anew", async () => {
  const { open, sockets, first, second } = await two();
  const third = await open();
  first.line.stop();
  await soon();
  expect(sockets[0]!.closed).toBe(true);
  expect(second.heard.at(-1)).toBe("break");
  expect(third.heard.at(-1)).toBe("break");
  expect(sockets).toHaveLength(2);
  sockets[1]!.onopen!();
  sockets[1]!.hear({ type: "page" });
  await soon();
  expect(second.heard.slice(-2)).toEqual(["open", "page"]);
  expect(third.heard.slice(-2)).toEqual(["page", "open"]);
});

test("a break of the socket is one for every tab", async () => {
  const { sockets, second } = await two();
  sockets[0]!.break();
  await soon();
  expect(second.heard.at(-1)).toBe("break");
  expect(second.line.send({ action: "typing", token: "t" })).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  sockets[1]!.onopen!();
  sockets[1]!.hear({ type: "pong" });
  sockets[1]!.hear({ type: "page" });
  await soon();
  expect(second.line.isOpen).toBe(true);
});

test("a renewed socket is a new line for every tab", async () => {
  const { sockets, second } = await two();
  sockets[0]!.server = (frame) => sockets[0]!.hear({ type: "pong", id: frame.id });
  await vi.advanceTimersByTimeAsync(105 * 60_000);
  sockets[1]!.onopen!();
  sockets[1]!.hear({ type: "page" });
  await soon();
  expect(second.heard.slice(-3)).toEqual(["page", "break", "open"]);
});

test("from a tab that holds the socket and does not answer it is taken", async () => {
  const { sockets, first, second } = await two();
  first.asleep = true;
  second.line.wake();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sockets).toHaveLength(2);
  expect(sockets[0]!.closed).toBe(true);
  first.asleep = false;
  sockets[1]!.onopen!();
  sockets[1]!.hear({ type: "page" });
  await soon();
  expect(first.heard.slice(-3)).toEqual(["break", "page", "open"]);
  first.line.send({ action: "typing", token: "t" });
  await soon();
  expect(sockets[1]!.actions()).toEqual(["typing"]);
});

test("a tab that answers keeps the socket", async () => {
  const { sockets, second } = await two();
  second.line.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets).toHaveLength(1);
  expect(second.line.isOpen).toBe(true);
});

test("any tab may give the line up", async () => {
  const { sockets, second } = await two();
  second.line.restart();
  await soon();
  expect(sockets[0]!.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets).toHaveLength(2);
});

test("what a tab shares reaches the others, and not the server", async () => {
  const { sockets, first, second } = await two();
  const message = { number: 2, author: { kind: "visitor" }, text: "mine", sent_at: "" } as const;
  second.line.share({ type: "message", conversation: "c1", ...message });
  await soon();
  expect(first.heard.at(-1)).toBe("message");
  expect(second.heard).not.toContain("message");
  expect(sockets[0]!.said).toEqual([]);
});

test("a hidden tab does not sleep on the line of others, and sleeps once they are gone", async () => {
  const { open, sockets } = browsing();
  await open({ maySleep: true });
  const second = await open();
  sockets[0]!.onopen!();
  sockets[0]!.break();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets).toHaveLength(2);
  second.line.stop();
  await soon();
  sockets[1]!.onopen!();
  sockets[1]!.break();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets).toHaveLength(2);
});

test("where the browser refuses locks each tab has its own socket", async () => {
  const { open, sockets } = browsing();
  const locks: Locks = { request: () => Promise.reject(new Error("not here")) };
  const first = await open({ locks });
  await open({ locks });
  expect(sockets).toHaveLength(2);
  sockets[0]!.onopen!();
  expect(first.line.send({ action: "ping" })).toBe(true);
});

test("a tab that has left is silent", async () => {
  const { sockets, first, second } = await two();
  second.line.stop();
  sockets[0]!.hear({ type: "message" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(second.heard).not.toContain("message");
  expect(first.heard.at(-1)).toBe("message");
  expect(sockets).toHaveLength(1);
});
