import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStorage } from "./chance";
import { conversation, INVITED, opened, talking } from "./page";

let warned: string[];
beforeEach(() => {
  vi.useFakeTimers();
  warned = [];
  vi.spyOn(console, "warn").mockImplementation((text: string) => void warned.push(text));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The page is answered as somebody else's. */
const another = (line: ReturnType<typeof opened>["line"], more: object = {}): void => {
  const { id } = line.last("page");
  line.socket.hear({ type: "page", id, pass: "p2", watches: [], forget: true, ...more });
};

test("an identity that is known at once goes with the first page", () => {
  const { session, line } = opened();
  session.identify("signed");
  line.open();
  expect(line.count("page")).toBe(1);
  expect(line.last("page")["identity"]).toBe("signed");
});

test("one that comes later is told at once, and not as another view", () => {
  const { session, line } = opened();
  line.open();
  session.identify("signed");
  expect(line.last("page")).toMatchObject({ identity: "signed", memory: "p1", again: true });
});

test("one that came while the line was broken is told on the next", () => {
  const { session, line } = opened();
  line.open();
  line.socket.break();
  session.identify("signed");
  vi.advanceTimersByTime(60_000);
  line.socket.onopen!();
  expect(line.last("page")["identity"]).toBe("signed");
});

test("nothing of whoever was here before is the customer's", () => {
  const storage = new FakeStorage();
  const { session, line } = talking(storage);
  session.write("a draft");
  session.identify("signed");
  another(line, { engagement: { ...INVITED, id: "e2" } });
  const { state } = session;
  expect(state).toMatchObject({ conversation: undefined, draft: "", letters: [], open: false });
  expect(state.transcript.items).toEqual([]);
  expect(state.engagement).toMatchObject({ id: "e2", pass: "p2" });
  const names = ["consent", "engagement", "pass"].map((name) => `vestibule.bank.${name}`);
  expect(Object.keys(storage).sort()).toEqual(names);
  expect(storage.getItem("vestibule.bank.engagement")).not.toContain("e1");
});

test("words that were not sent yet are not the customer's either", () => {
  const { session, line } = opened();
  line.open({ engagement: INVITED });
  session.answerInvitation("accept");
  session.send("from somebody else");
  session.identify("signed");
  another(line);
  line.socket.break();
  vi.advanceTimersByTime(60_000);
  line.socket.onopen!();
  expect(session.state.letters).toEqual([]);
  expect(line.socket.actions()).not.toContain("start");
});

test("late words of the other's conversation are not shown", () => {
  const { session, line } = talking();
  session.identify("signed");
  another(line);
  const late = { number: 2, author: { kind: "agent" }, text: "private", sent_at: "" };
  line.socket.hear({ type: "message", conversation: "c1", ...late });
  expect(session.state.transcript.items).toEqual([]);
});

test("the customer's own conversation is there, from whichever device", () => {
  const { session, line } = talking();
  session.identify("signed");
  const { type: _, ...own } = conversation({ id: "c2", token: "t2" });
  another(line, { conversation: { type: "conversation", ...own } });
  expect(session.state.conversation).toMatchObject({ id: "c2", token: "t2" });
});

test("another tab that was told so forgets too, and tells its page as the customer's", () => {
  const { session, line } = talking();
  line.socket.hear({ type: "page", id: "tab2-1", pass: "p2", watches: [], forget: true });
  expect(session.state.conversation).toBeUndefined();
  expect(line.last("page")).toMatchObject({ memory: "p2", again: true });
  expect(line.last("page")["resume"]).toBeUndefined();
});

test("a bad identity is reported, dropped, and costs the visitor nothing", () => {
  const { session, line } = talking();
  session.identify("forged");
  const { id } = line.last("page");
  line.socket.hear({ type: "error", id, code: "identity_invalid", message: "not proven" });
  expect(warned).toEqual(["vestibule: identity_invalid: not proven"]);
  expect(line.last("page")).toMatchObject({ memory: "p1", resume: { token: "t1" } });
  expect(line.last("page")["identity"]).toBeUndefined();
  expect(session.state.conversation?.id).toBe("c1");
});

const SALE = { id: "order-1", amount: 129.9, currency: "EUR" };
const SOLD = { transaction: "order-1", amount: 129.9, currency: "EUR" };

test("a sale waits for the pass, and is told once", () => {
  const { session, line } = opened();
  session.sold(SALE);
  line.open();
  expect(line.last("transaction")).toMatchObject({ ...SOLD, pass: "p1" });
  const { id } = line.last("transaction");
  line.socket.hear({ type: "transaction", id, transaction: "order-1", counted: true });
  line.socket.break();
  vi.advanceTimersByTime(60_000);
  line.socket.onopen!();
  expect(line.count("transaction")).toBe(1);
});

test("a sale whose answer was lost is told again", () => {
  const { session, line } = talking();
  session.sold(SALE);
  line.socket.break();
  vi.advanceTimersByTime(60_000);
  line.open({ conversation: conversation() });
  expect(line.last("transaction")).toMatchObject(SOLD);
  expect(line.count("transaction")).toBe(2);
});
