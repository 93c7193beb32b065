import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isEngaged, offered } from "../src/state";
import { INVITED, opened } from "./page";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("an invitation is shown until it is answered", () => {
  const { session, line } = opened();
  line.open({ engagement: INVITED });
  expect(offered(session.state)?.id).toBe("e1");
  expect(isEngaged(session.state)).toBe(false);
  session.answerInvitation("accept");
  expect(line.last("accept")).toMatchObject({ pass: "p1", engagement: "e1" });
  expect(session.state.open).toBe("by_visitor");
  expect(isEngaged(session.state)).toBe(true);
});

test("an invitation that is withdrawn or dismissed goes away", () => {
  const { session, line } = opened();
  line.open({ engagement: INVITED });
  line.socket.hear({ type: "withdrawn", engagement: "e1" });
  expect(offered(session.state)).toBeUndefined();
  line.socket.hear({ type: "engagement", engagement: { ...INVITED, id: "e2" }, state: "offered" });
  session.answerInvitation("dismiss");
  expect(line.last("dismiss")).toMatchObject({ engagement: "e2" });
  expect(offered(session.state)).toBeUndefined();
});

test("a withdrawal that comes after the acceptance does not close the box", () => {
  const { session, line } = opened();
  line.open({ engagement: INVITED });
  session.answerInvitation("accept");
  line.socket.hear({ type: "withdrawn", engagement: "e1" });
  expect(isEngaged(session.state)).toBe(true);
});

test.each(["accept", "dismiss"] as const)("%s reaches the server after the break", (action) => {
  const { session, line } = opened();
  line.open({ engagement: INVITED });
  session.answerInvitation(action);
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.socket.onopen!();
  if (action === "accept") line.socket.hear({ type: "page", id: line.last("page").id, pass: "p2" });
  expect(line.socket.said.at(-1)).toMatchObject({ action, pass: "p1", engagement: "e1" });
});

test("an invitation of an earlier page still lets the visitor talk", () => {
  const { session, line } = opened();
  line.open({ engagement: { id: "e1", kind: "chatbox" } });
  session.turnPage();
  line.socket.hear({ type: "page", id: line.last("page").id, pass: "p2", watches: [] });
  session.send("hello");
  const { id, client_id } = line.last("start");
  line.socket.hear({ type: "error", id, code: "not_engaged", message: "" });
  expect(line.last("start")).toMatchObject({ pass: "p1", engagement: "e1", client_id });
  line.socket.hear({ type: "error", id: line.last("start").id, code: "not_engaged", message: "" });
  expect(session.state.letters[0]).toMatchObject({ refused: "not_engaged" });
  expect(line.count("start")).toBe(2);
});

test("the next page shows the buttons that are offered there, and no others", () => {
  const { session, line } = opened();
  const button = { ...INVITED, button: { state: "online" } };
  line.open({ engagement: button });
  expect(session.state.buttons["n1"]?.pass).toBe("p1");
  session.report({ "page.seconds": 5 });
  line.socket.hear({ type: "page", id: line.last("observed").id, pass: "p2", watches: [] });
  expect(session.state.buttons["n1"]?.id).toBe("e1");
  session.turnPage();
  line.socket.hear({ type: "page", id: line.last("page").id, pass: "p3", watches: [] });
  expect(session.state.buttons).toEqual({});
});
