import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../src/protocol";
import type { Session } from "../src/session";
import { isEngaged, offered } from "../src/state";
import { chances, FakeStorage, shuffled } from "./chance";
import { conversation, INVITED, opened, talking } from "./page";
import type { FakeSocket, Said } from "./sockets";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const said = (number: number, more: Partial<Message> = {}) => ({
  type: "message",
  conversation: "c1",
  number,
  author: { kind: "agent" as const, name: "Ada" },
  text: `text ${number}`,
  sent_at: "2026-01-01T00:00:00Z",
  ...more,
});

const shown = (session: Session): string[] =>
  session.state.transcript.items.map((message) => message.text);

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

test("what was read while the line was dying is said again", () => {
  const { line } = talking();
  line.socket.hear(said(2));
  line.socket.break();
  vi.advanceTimersByTime(1_000);
  line.open({ conversation: conversation({ last: 2, visitor_seen: 0 }) });
  expect(line.last("read")).toMatchObject({ number: 2 });
  expect(line.count("read")).toBe(2);
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
