import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation, INVITED, opened, talking } from "./page";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a stranger's page view carries nothing, and a break costs no second one", () => {
  const { line, sockets } = opened();
  line.open();
  expect(sockets[0]!.said[0]).not.toHaveProperty("memory");
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.socket.onopen!();
  expect(line.socket.said).toEqual([]);
});

test("a page whose line broke is told again, and is not another view", () => {
  const { session, line } = opened();
  line.open({ engagement: INVITED });
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open();
  expect(line.last("page")).toMatchObject({ memory: "p1", again: true });
  session.turnPage();
  expect(line.last("page")).not.toHaveProperty("again");
});

test("what the page says of itself anew is told once its view is answered", () => {
  const { session, line } = opened();
  line.socket.onopen!();
  session.refresh();
  expect(line.count("page")).toBe(1);
  line.socket.hear({ type: "page", id: line.last("page").id, pass: "p1", watches: [] });
  expect(line.count("page")).toBe(2);
  expect(line.last("page")).toMatchObject({ memory: "p1", again: true });
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.socket.onopen!();
  expect(line.last("page")).toMatchObject({ again: true });
});

test("consent is told to the server, and is no view of its own", () => {
  const { session, line, sockets } = opened();
  line.open();
  session.consent("light");
  expect(sockets[0]!.closed).toBe(true);
  line.open();
  expect(line.last("page")).toMatchObject({ consent: "light", memory: "p1", again: true });
  expect(line.count("page")).toBe(2);
});

test("of two views the later one's answer counts, whichever comes first", () => {
  const { session, line } = opened();
  line.open();
  session.turnPage();
  const first = line.last("page").id;
  session.turnPage();
  line.socket.hear({ type: "page", id: line.last("page").id, pass: "second", watches: [] });
  line.socket.hear({ type: "page", id: first, pass: "first", watches: [] });
  expect(session.pass).toBe("second");
});

test("a report that nobody answered counts as unheard", () => {
  const { session, line } = opened();
  line.open();
  session.report({ "page.seconds": 5 });
  line.socket.break();
  expect(line.unheard).toBe(1);
});

test("a page that is kept for a return holds no line, and its return is a view", () => {
  const { session, line, sockets } = opened();
  line.open();
  session.rest();
  expect(sockets[0]!.closed).toBe(true);
  vi.advanceTimersByTime(60 * 60_000);
  expect(sockets).toHaveLength(1);
  session.rise();
  line.open();
  expect(line.last("page")).toMatchObject({ memory: "p1" });
  expect(line.last("page")).not.toHaveProperty("again");
});

test("facts that the server refuses cost neither the visitor nor the conversation", () => {
  const { session, line } = talking();
  session.refresh();
  const { id } = line.last("page");
  line.socket.hear({ type: "error", id, code: "invalid_text", message: "facts.data.tier: …" });
  expect(line.last("page")).toMatchObject({ memory: "p1", resume: { token: "t1" }, facts: {} });
  expect(session.state.conversation?.id).toBe("c1");
  line.socket.hear({ type: "page", id: line.last("page").id, pass: "p2", conversation: conversation() });
  session.refresh();
  expect(line.last("page")).toMatchObject({ facts: { cart: { amount: 5 } } });
});
