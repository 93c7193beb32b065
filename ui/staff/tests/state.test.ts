import { describe, expect, test } from "vitest";

import { mine, unread, unreadInAll, waiting } from "../src/desk/select";
import { initialState, reduce, type Event, type State } from "../src/desk/state";
import * as outbox from "../src/desk/outbox";
import { byAgent, message, view } from "./fakes";

const after = (...events: Event[]): State =>
  events.reduce(reduce, initialState("ada", "available", []));
const viewed = (changes = {}): Event => ({ type: "viewed", view: view(changes) });
const listed = (...numbers: number[]): Event => ({
  type: "listed",
  conversation: "c1",
  messages: numbers.map((number) => message(number)),
  after: 0,
  complete: true,
});
const pushed = (number: number, changes = {}): Event => ({
  type: "pushed",
  message: message(number, changes),
});

describe("views", () => {
  test("a late push of an older version changes nothing", () => {
    const state = after(viewed({ version: 3, state: "closed" }), viewed({ version: 2 }));
    expect(state.views["c1"]?.state).toBe("closed");
  });

  test("what only grows never shrinks, whichever push comes last", () => {
    const state = after(
      viewed({ version: 2, last_number: 5, visitor_seen: 4, agent_seen: 5 }),
      viewed({ version: 3, last_number: 4, visitor_seen: 1, agent_seen: 2 }),
    );
    expect(state.views["c1"]).toMatchObject({ last_number: 5, visitor_seen: 4, agent_seen: 5 });
  });

  test("the queue is first come first, and forgets whom the server no longer lists", () => {
    const early = view({ id: "w1", state: "waiting", agent: null, waiting_since: "2026-03-02T08:00:00Z" });
    const late = view({ id: "w2", state: "waiting", agent: null, waiting_since: "2026-03-02T08:05:00Z" });
    const both = after({ type: "waiting_listed", views: [late, early], more: false });
    expect(waiting(both).map((each) => each.id)).toEqual(["w1", "w2"]);
    const one = reduce(both, { type: "waiting_listed", views: [late], more: false });
    expect(waiting(one).map((each) => each.id)).toEqual(["w2"]);
  });

  test("a queue list that is older than an assignment does not undo it", () => {
    const state = after(
      viewed({ version: 2 }),
      { type: "waiting_listed", views: [view({ state: "waiting", agent: null })], more: false },
    );
    expect(mine(state).map((each) => each.id)).toEqual(["c1"]);
  });

  test("whoever waits longest for an answer stands on top, the answered ones below", () => {
    const state = after(
      viewed({ id: "answered" }),
      viewed({ id: "late", unanswered_since: "2026-03-02T08:40:00Z" }),
      viewed({ id: "early", unanswered_since: "2026-03-02T08:30:00Z" }),
    );
    expect(mine(state).map((each) => each.id)).toEqual(["early", "late", "answered"]);
  });

  test("a conversation of another agent is not mine", () => {
    expect(mine(after(viewed({ agent: "bob" })))).toEqual([]);
  });
});

describe("messages", () => {
  test("a visitor's words wait for an answer from their first on, and a person's answer ends it", () => {
    const asked = after(
      viewed(),
      pushed(1, { sent_at: "2026-03-02T09:00:01Z" }),
      pushed(2, { sent_at: "2026-03-02T09:00:09Z" }),
    );
    expect(asked.views["c1"]?.unanswered_since).toBe("2026-03-02T09:00:01Z");
    const answered = reduce(asked, pushed(3, { author: byAgent }));
    expect(answered.views["c1"]?.unanswered_since).toBeNull();
  });

  test("an automatic message answers nobody", () => {
    const state = after(viewed(), pushed(1), pushed(2, { author: { ...byAgent, kind: "flow" } }));
    expect(state.views["c1"]?.unanswered_since).not.toBeNull();
  });

  test("only the visitor's unseen messages count as unread", () => {
    const state = after(
      viewed({ agent_seen: 1 }),
      listed(1, 2),
      pushed(3, { author: { ...byAgent, kind: "flow" } }),
      pushed(4),
    );
    expect(unread(state, state.views["c1"] ?? view())).toBe(2);
    expect(unreadInAll(state)).toBe(2);
    const seen = reduce(state, { type: "seen", conversation: "c1", by: "agent", number: 4 });
    expect(unreadInAll(seen)).toBe(0);
  });

  test("a message that came too early counts as unread though it is not shown yet", () => {
    const state = after(viewed({ agent_seen: 1 }), listed(1), pushed(3));
    expect(unreadInAll(state)).toBe(1);
    expect(state.threads["c1"]?.messages).toHaveLength(1);
  });

  test("the echo of an own message takes it out of the outbox, and so does the list", () => {
    const entries = outbox.written([], { clientId: "x", conversation: "c1", text: "hi", writtenAt: 1 });
    const written = after(viewed(), { type: "outbox", outbox: entries });
    const echo = message(1, { author: byAgent, client_id: "x" });
    expect(reduce(written, { type: "pushed", message: echo }).outbox).toEqual([]);
    const list: Event = { type: "listed", conversation: "c1", messages: [echo], after: 0, complete: true };
    expect(reduce(written, list).outbox).toEqual([]);
  });

  test("a message of the visitor ends their typing, one of the agent does not", () => {
    const typing = after(viewed(), { type: "typing", conversation: "c1", until: 9 });
    expect(reduce(typing, pushed(1)).typing).toEqual({});
    expect(reduce(typing, pushed(1, { author: byAgent })).typing).toEqual({ c1: 9 });
  });
});
