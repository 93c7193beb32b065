import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { conversation, opened, said, shown, talking } from "./page";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the place in the queue stays while the visitor waits, even if a notice leaves it out", () => {
  const { session, line } = talking();
  line.socket.hear({ type: "queue", conversation: "c1", position: 2 });
  line.socket.hear(conversation({ last: 1 }));
  expect(session.state.conversation?.position).toBe(2);
});

test("a conversation that answers a request keeps its own name", () => {
  const { session, line } = opened();
  line.open({ engagement: { id: "e1", kind: "chatbox" } });
  session.send("hello");
  const { type: _, id, ...rest } = conversation();
  const request = line.last("start").id;
  line.socket.hear({ type: "conversation", id: request, conversation: id, ...rest });
  expect(session.state.conversation).toMatchObject({ id: "c1", token: "t1" });
});

test("the address is asked for, refused and kept", () => {
  const { session, line } = talking();
  line.socket.hear({ type: "email_request", conversation: "c1", number: 2, text: "Your address?" });
  expect(session.state.email.state).toBe("asked");
  expect(shown(session)).toEqual(["hello", "Your address?"]);
  session.giveEmail("zoe@nowhere");
  line.socket.hear({ type: "error", id: line.last("email").id, code: "invalid_field", message: "" });
  expect(session.state.email).toMatchObject({ problem: "invalid", sending: false });
  session.giveEmail("zoe@example.com");
  line.socket.hear({ type: "email", id: line.last("email").id, address: "zoe@example.com", confirmed: true });
  expect(session.state.email).toMatchObject({ state: "known", address: "zoe@example.com" });
  expect(session.state.email.problem).toBeUndefined();
});

test("a request for the address that was lost with its push is found on resuming", () => {
  const { session, line } = talking();
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 2, email: { state: "asked" } }) });
  expect(session.state.email.state).toBe("asked");
});

test("the queue's position is shown and forgotten when an agent comes", () => {
  const { session, line } = talking();
  line.socket.hear({ type: "queue", conversation: "c1", position: 2, estimated_wait_seconds: 90 });
  expect(session.state.conversation).toMatchObject({ position: 2, estimated_wait_seconds: 90 });
  line.socket.hear(conversation({ state: "assigned", token: undefined, agent: { name: "Ada" } }));
  expect(session.state.conversation).toMatchObject({ agent: { name: "Ada" }, token: "t1" });
  expect(session.state.conversation?.position).toBeUndefined();
});

test("after the end a new conversation begins, and the old one's late pushes are not in it", () => {
  const { session, line } = talking();
  line.socket.hear({ type: "closed", conversation: "c1" });
  expect(session.state.conversation?.state).toBe("closed");
  session.startAgain();
  line.socket.hear(said(2));
  expect(session.state.past.map((message) => message.text)).toEqual(["hello"]);
  session.send("one more thing");
  expect(line.last("start")).toMatchObject({ text: "one more thing" });
  line.socket.hear(conversation({ id: "c2", token: "t2" }));
  line.ack("start", 1);
  expect(shown(session)).toEqual(["one more thing"]);
});

test("another conversation of this visitor takes the place of the one shown", () => {
  const { session, line } = talking();
  line.socket.hear(conversation({ id: "c2", token: "t2", last: 1 }));
  expect(session.state.past.map((message) => message.text)).toEqual(["hello"]);
  expect(shown(session)).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(line.last("resume")).toMatchObject({ token: "t2", after: 0 });
});
