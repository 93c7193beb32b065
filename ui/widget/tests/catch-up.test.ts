import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../src/protocol";
import { chances, FakeStorage, shuffled } from "./chance";
import { conversation, opened, said, shown, talking } from "./page";
import type { FakeSocket, Said } from "./sockets";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("after a gap the widget waits two seconds, then asks from the last it has", () => {
  const { session, line } = talking();
  line.socket.hear(said(3));
  expect(shown(session)).toEqual(["hello"]);
  vi.advanceTimersByTime(1_999);
  expect(line.count("resume")).toBe(0);
  vi.advanceTimersByTime(1);
  expect(line.last("resume")).toMatchObject({ token: "t1", after: 1 });
  line.socket.hear({ type: "messages", id: line.last("resume").id, items: [said(2), said(3)], last: 3 });
  expect(shown(session)).toEqual(["hello", "text 2", "text 3"]);
});

test("a gap that closes by itself is not asked about", () => {
  const { session, line } = talking();
  line.socket.hear(said(3));
  vi.advanceTimersByTime(1_000);
  line.socket.hear(said(2));
  vi.advanceTimersByTime(10_000);
  expect(line.count("resume")).toBe(0);
  expect(shown(session)).toEqual(["hello", "text 2", "text 3"]);
});

test("a long absence is caught up page by page", () => {
  const { session, line } = talking();
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 5 }) });
  const answer = (...numbers: number[]): void =>
    line.socket.hear({
      type: "messages",
      id: line.last("resume").id,
      items: numbers.map((number) => said(number)),
      last: 5,
    });
  answer(2, 3);
  expect(line.last("resume")).toMatchObject({ after: 3 });
  answer(4, 5);
  expect(line.count("resume")).toBe(2);
  expect(shown(session)).toHaveLength(5);
});

test("an answer pushed before its conversation is known is not lost", () => {
  const { session, line } = opened();
  line.open({ engagement: { id: "e1", kind: "chatbox" } });
  session.send("hello");
  line.socket.hear(said(2));
  line.socket.hear(conversation());
  line.ack("start", 1);
  expect(shown(session)).toEqual(["hello", "text 2"]);
});

test("only what was seen is marked as seen", () => {
  const hidden = talking(new FakeStorage(), { seen: false });
  hidden.line.socket.hear(said(2));
  expect(hidden.line.count("read")).toBe(0);
  const { session, line } = talking();
  session.change({ open: false });
  line.socket.hear(said(2));
  expect(line.count("read")).toBe(0);
  session.change({ open: "by_visitor" });
  expect(line.last("read")).toMatchObject({ token: "t1", number: 2 });
  session.change({ open: false });
  session.change({ open: "by_visitor" });
  expect(line.count("read")).toBe(1);
});

test("what was read while the line was dying is said again", () => {
  const { line } = talking();
  line.socket.hear(said(2));
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 2, visitor_seen: 0 }) });
  expect(line.last("read")).toMatchObject({ number: 2 });
  expect(line.count("read")).toBe(2);
});

test("the last words of a conversation that was closed in the visitor's absence are fetched", () => {
  const { session, line } = talking();
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open();
  expect(session.state.conversation?.state).toBe("closed");
  const { id } = line.last("resume");
  line.socket.hear({ type: "messages", id, conversation: "c1", items: [said(2)], last: 2 });
  expect(shown(session)).toEqual(["hello", "text 2"]);
});

test("a question that the server refuses is not asked again and again", () => {
  const { line } = talking();
  line.socket.hear(said(3));
  vi.advanceTimersByTime(2_000);
  line.socket.hear({ type: "error", id: line.last("resume").id, code: "not_found", message: "" });
  vi.advanceTimersByTime(60_000);
  expect(line.count("resume")).toBe(1);
});

test("whatever is lost, doubled, late or cut, both sides end with the same transcript", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const chance = chances(seed);
    const { session, line } = talking(new FakeStorage(), { chance });
    const stored: Message[] = [said(1, { author: { kind: "visitor" }, text: "hello" })];
    let late: object[] = [];
    const server = (socket: FakeSocket) => (frame: Said) => {
      if (chance() < 0.1) return void socket.break();
      const hear = (answer: object): void =>
        chance() < 0.15 ? undefined : socket.hear({ id: frame.id, ...answer });
      if (frame.action === "page") {
        hear({ type: "page", pass: "p", watches: [], conversation: conversation({ last: stored.length }) });
      } else if (frame.action === "ping") hear({ type: "pong" });
      else if (frame.action === "resume") {
        const items = stored.filter((item) => item.number > (frame["after"] as number));
        hear({ type: "messages", items, last: stored.length });
      } else if (frame.action === "message") {
        const client_id = frame["client_id"] as string;
        let mine = stored.find((item) => item.client_id === client_id);
        if (!mine) {
          const author = { kind: "visitor" as const };
          mine = said(stored.length + 1, { author, text: frame["text"] as string, client_id });
          stored.push(mine);
        }
        hear({ type: "ack", client_id, number: mine.number });
      }
    };
    const pass = (time: number): void => {
      for (let step = 0; step < time; step += 500) {
        vi.advanceTimersByTime(500);
        const { socket } = line;
        if (socket.onopen && !socket.closed && socket.said.length === 0) {
          socket.server = server(socket);
          socket.onopen();
          socket.onopen = null;
        }
      }
    };
    line.socket.server = server(line.socket);
    for (let round = 0; round < 15; round += 1) {
      if (chance() < 0.5) session.send(`mine ${round}`);
      const theirs = said(stored.length + 1, { text: `theirs ${round}` });
      stored.push(theirs);
      late.push(...(chance() < 0.3 ? [] : chance() < 0.3 ? [theirs, theirs] : [theirs]));
      if (chance() < 0.5) {
        for (const push of shuffled(late, chance)) line.socket.hear(push);
        late = [];
      }
      pass(1_000);
    }
    // One push that arrives tells of all that went before it.
    pass(300_000);
    const end = said(stored.length + 1, { text: "the end" });
    stored.push(end);
    line.socket.hear(end);
    pass(600_000);
    expect(session.state.letters, `seed ${seed}`).toEqual([]);
    expect(shown(session), `seed ${seed}`).toEqual(stored.map((item) => item.text));
    expect(new Set(stored.map((item) => item.text)).size, `seed ${seed}`).toBe(stored.length);
    session.stop();
  }
}, 30_000);
