import { expect, test } from "vitest";
import { Past } from "../src/box/past";
import type { Incoming, Outgoing } from "../src/protocol";
import type { Session } from "../src/session";
import { initialState, left, type State } from "../src/state";

const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "",
  consent_required: false,
  notifications: {},
};
const FORMERS = [
  { id: "c1", token: "t1" },
  { id: "c2", token: "t2" },
];
const said = (number: number, text: string) => ({
  number,
  text,
  author: { kind: "agent" as const },
  sent_at: "2026-01-01T12:00:00Z",
});

/** A page whose line answers when the test does. */
function opened(patch: Partial<State> = {}) {
  const asked: Outgoing[] = [];
  const session = {
    ready: true,
    state: { ...initialState(CONFIGURATION, "en"), online: true, ...patch },
    hear: (_frame: object, _request: Outgoing): boolean => false,
    overhear(listener: (frame: Incoming, request: Outgoing | undefined) => boolean) {
      this.hear = listener as typeof this.hear;
    },
    ask: (frame: Outgoing) => asked.push(frame) > 0,
    change(change: Partial<State>) {
      this.state = { ...this.state, ...change };
      past.draw(this.state, this.state.open !== false);
    },
  };
  const past = new Past(session as unknown as Session);
  const answer = (frame: object): boolean => session.hear(frame, asked.at(-1)!);
  return { session, past, asked, answer };
}
const texts = ({ state }: { state: State }): string[] => state.past.map(({ text }) => text);

test("former conversations are fetched once the box is open, page by page, and stand in order", () => {
  const { session, asked, answer } = opened({ formers: FORMERS });
  session.change({});
  expect(asked).toEqual([]);
  session.change({ open: "by_visitor" });
  expect(asked).toEqual([{ action: "resume", token: "t2", after: 0 }]);
  expect(answer({ type: "messages", conversation: "c2", items: [said(1, "c")], last: 2 })).toBe(true);
  expect(asked.at(-1)).toEqual({ action: "resume", token: "t2", after: 1 });
  answer({ type: "messages", conversation: "c2", items: [said(2, "d")], last: 2 });
  expect(texts(session)).toEqual(["c", "d"]);
  answer({ type: "messages", conversation: "c1", items: [said(1, "a"), said(2, "b")], last: 2 });
  expect(texts(session)).toEqual(["a", "b", "c", "d"]);
  session.change({ open: false });
  session.change({ open: "by_visitor" });
  expect(asked).toHaveLength(3);
});

test("what answers somebody else's question is not ours", () => {
  const { session, answer } = opened({ formers: FORMERS, open: "by_visitor" });
  session.change({});
  const frame = { type: "messages", conversation: "c3", items: [said(1, "x")], last: 1 };
  expect(session.hear(frame, { action: "resume", token: "t3", after: 0 })).toBe(false);
  expect(answer({ type: "read", conversation: "c2", number: 1, by: "agent" })).toBe(false);
  expect(texts(session)).toEqual([]);
});

test("a conversation that is not given is forgotten, and the one before it asked for", () => {
  const { session, asked, answer } = opened({ formers: FORMERS, open: "by_visitor" });
  session.change({});
  expect(answer({ type: "error", code: "busy", message: "later" })).toBe(false);
  expect(session.state.formers).toEqual(FORMERS);
  expect(answer({ type: "error", code: "expired_token", message: "no" })).toBe(true);
  expect(session.state.formers).toEqual([FORMERS[0]]);
  expect(asked.at(-1)).toMatchObject({ token: "t1" });
});

test("a question that was lost with its line is asked again on the next", () => {
  const { session, asked } = opened({ formers: FORMERS, open: "by_visitor" });
  session.change({});
  session.ready = false;
  session.change({ online: false });
  expect(asked).toHaveLength(1);
  session.ready = true;
  session.change({ online: true });
  expect(asked).toHaveLength(2);
  expect(asked[1]).toEqual(asked[0]);
});

test("a conversation that makes room is known to the next page, but not fetched on this one", () => {
  const { session, asked } = opened({ open: "by_visitor" });
  for (const number of [1, 2, 3, 4]) {
    session.change({ conversation: { id: `c${number}`, state: "closed", token: `t${number}` } });
    session.change(left(session.state));
  }
  expect(session.state.formers.map(({ id }) => id)).toEqual(["c2", "c3", "c4"]);
  expect(asked).toEqual([]);
});
