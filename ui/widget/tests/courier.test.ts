import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStorage } from "./chance";
import { conversation, INVITED, opened, said, shown, talking } from "./page";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first message starts the conversation, the next ones belong to it", () => {
  const { session, line } = talking();
  expect(line.last("start")).toMatchObject({ pass: "p1", text: "hello", engagement: "e1" });
  expect(shown(session)).toEqual(["hello"]);
  session.send("are you there?");
  expect(line.last("message")).toMatchObject({ token: "t1", text: "are you there?" });
  line.ack("message", 2);
  expect(shown(session)).toEqual(["hello", "are you there?"]);
  expect(session.state.letters).toEqual([]);
});

test("a second message waits for the acknowledgement of the first", () => {
  const { session, line } = opened();
  line.open({ engagement: { id: "e1", kind: "chatbox" } });
  session.send("one");
  session.send("two");
  expect(line.count("start") + line.count("message")).toBe(1);
  line.socket.hear(conversation());
  expect(line.count("message")).toBe(0);
  line.ack("start", 1);
  expect(line.last("message")).toMatchObject({ text: "two" });
});

test("a message whose acknowledgement was lost is sent again under the same client id", () => {
  const { session, line } = talking();
  session.send("important");
  const { client_id } = line.last("message");
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 1 }) });
  expect(line.last("message")).toMatchObject({ client_id, text: "important" });
});

test("a line on which no acknowledgement comes is given up", () => {
  const { session, line, sockets } = talking();
  session.send("important");
  vi.advanceTimersByTime(15_000);
  expect(sockets[0]!.closed).toBe(true);
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 1 }) });
  expect(line.last("message")).toMatchObject({ text: "important" });
});

test("a message survives the reload of the page", () => {
  const storage = new FakeStorage();
  const before = talking(storage);
  before.session.send("important");
  const { client_id } = before.line.last("message");
  before.session.stop();
  const { line } = opened(storage);
  line.open({ conversation: conversation({ last: 1 }) });
  expect(line.last("page")).toMatchObject({ memory: "p1", resume: { token: "t1", after: 0 } });
  expect(line.last("message")).toMatchObject({ client_id, text: "important" });
});

test("the same message seen by another way is not sent again", () => {
  const { session, line } = talking();
  session.send("important");
  const { client_id } = line.last("message") as unknown as { client_id: string };
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.socket.onopen!();
  const mine = { author: { kind: "visitor" as const }, text: "important", client_id };
  line.socket.hear({ type: "messages", items: [said(2, mine)], last: 2 });
  line.socket.hear({ type: "page", pass: "p2", conversation: conversation({ last: 2 }) });
  expect(line.socket.actions()).not.toContain("message");
  expect(session.state.letters).toEqual([]);
});

test("when nobody is free the words go back to where they were written", () => {
  const { session, line } = opened();
  line.open({ engagement: { id: "e1", kind: "chatbox" } });
  session.send("is anybody there?");
  line.socket.hear(conversation({ state: "missed", token: undefined }));
  expect(session.state).toMatchObject({ nobody: true, draft: "is anybody there?", letters: [] });
  expect(session.state.conversation).toBeUndefined();
  const { client_id } = line.last("start");
  session.send("is anybody there?");
  expect(line.last("start")["client_id"]).not.toBe(client_id);
});

test("a busy server gets the message again, later", () => {
  const { session, line } = talking();
  session.send("hello again");
  const { id, client_id } = line.last("message");
  line.socket.hear({ type: "error", id, code: "rate_limited", message: "slow", retry_after: 4 });
  vi.advanceTimersByTime(3_999);
  expect(line.count("message")).toBe(1);
  vi.advanceTimersByTime(1);
  expect(line.count("message")).toBe(2);
  expect(line.last("message")["client_id"]).toBe(client_id);
});

test("a refused message is marked, and sent again when the visitor says so", () => {
  const { session, line } = talking();
  session.send("hello again");
  const { client_id } = line.last("message") as unknown as { client_id: string };
  line.socket.hear({ type: "error", code: "forbidden", message: "no", client_id });
  expect(session.state.letters[0]).toMatchObject({ refused: "forbidden" });
  expect(line.count("message")).toBe(1);
  session.retry(client_id);
  expect(line.count("message")).toBe(2);
});

test("a message that has its number before its place stays on its way until the gap is filled", () => {
  const { session, line } = talking();
  session.send("mine");
  line.ack("message", 3);
  expect(session.state.letters).toMatchObject([{ text: "mine" }]);
  line.socket.hear(said(2));
  expect(shown(session)).toEqual(["hello", "text 2", "mine"]);
  expect(session.state.letters).toEqual([]);
});

test("a letter of another tab is shown at once, and sent only when that tab must be gone", () => {
  const { session, line } = talking();
  const letter = { client_id: "theirs", text: "from there", written_at: "2026-01-01T00:00:00Z" };
  session.heardStorage("vestibule.bank.outbox.theirs", JSON.stringify(letter));
  expect(session.state.letters).toEqual([letter]);
  session.send("from here");
  expect(line.last("message")).toMatchObject({ text: "from here" });
  line.ack("message", 2);
  const { id } = line.last("accept");
  line.socket.hear({ type: "engagement", id, engagement: INVITED, state: "accepted" });
  vi.advanceTimersByTime(20_000);
  expect(line.last("message")).toMatchObject({ client_id: "theirs" });
});

test("a letter that its own tab has delivered is not shown any more", () => {
  const { session, line } = talking();
  const letter = { client_id: "theirs", text: "from there", written_at: "2026-01-01T00:00:00Z" };
  session.heardStorage("vestibule.bank.outbox.theirs", JSON.stringify(letter));
  session.heardStorage("vestibule.bank.outbox.theirs", null);
  expect(session.state.letters).toEqual([]);
  vi.advanceTimersByTime(30_000);
  expect(line.count("message")).toBe(0);
});

test("a pass that is too old is changed for a new one, and the message still goes", () => {
  const { session, line } = opened();
  line.open({ engagement: { id: "e1", kind: "chatbox" } });
  session.send("hello");
  line.socket.hear({ type: "error", id: line.last("start").id, code: "expired_token", message: "" });
  expect(line.count("page")).toBe(2);
  line.socket.hear({ type: "page", id: line.last("page").id, pass: "p2", watches: [] });
  vi.advanceTimersByTime(2_000);
  expect(line.last("start")).toMatchObject({ pass: "p2", text: "hello" });
});

test("a message to a conversation that has just been closed begins the next one", () => {
  const { session, line } = talking();
  session.send("one more thing");
  const { id, client_id } = line.last("message");
  line.socket.hear({ type: "error", id, code: "conversation_closed", message: "" });
  expect(line.last("start")).toMatchObject({ client_id, text: "one more thing" });
  line.socket.hear(conversation({ id: "c2", token: "t2" }));
  line.ack("start", 1);
  expect(session.state.past.map((message) => message.text)).toEqual(["hello"]);
  expect(shown(session)).toEqual(["one more thing"]);
});

test("a message with files is sent again with them after a break, and shown with them", () => {
  const { session, line } = talking();
  const file = { id: "f1", name: "a.png", type: "image/png", size: 3 };
  session.send("", [file]);
  expect(line.last("message")).toMatchObject({ text: "", attachments: ["f1"] });
  line.socket.onclose!();
  vi.advanceTimersByTime(2_000);
  line.open({ conversation: conversation({ state: "assigned", last: 1 }) });
  expect(line.last("message")).toMatchObject({ text: "", attachments: ["f1"] });
  line.ack("message", 2);
  expect(session.state.transcript.items.at(-1)!.attachments).toEqual([file]);
});

test("files do not begin another conversation: the visitor decides about the words", () => {
  const { session, line } = talking();
  session.send("look", [{ id: "f1", name: "a.png", type: "image/png", size: 3 }]);
  const { id, client_id } = line.last("message");
  line.socket.hear({ type: "error", id, code: "conversation_closed", message: "over", client_id });
  expect(line.count("start")).toBe(1);
  expect(session.state.letters).toMatchObject([{ text: "look", refused: "conversation_closed" }]);
});

test("a clock that is set back does not turn the order of what was written", () => {
  const { session, line } = talking();
  vi.setSystemTime("2026-03-01T10:00:00Z");
  session.send("one");
  vi.setSystemTime("2026-03-01T09:00:00Z");
  session.send("two");
  session.send("three");
  expect(session.state.letters.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 1 }) });
  expect(line.last("message")).toMatchObject({ text: "one" });
  line.ack("message", 2);
  expect(line.last("message")).toMatchObject({ text: "two" });
});
