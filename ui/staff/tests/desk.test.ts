import { beforeEach, describe, expect, test } from "vitest";

import { Rest } from "../src/connection/rest";
import { Desk } from "../src/desk/desk";
import { mine, unreadInAll, waiting } from "../src/desk/select";
import { FakeClock, FakeKeeper, FakeSocket, byAgent, message, view } from "./fakes";
import { FakeServer } from "./server";

let clock: FakeClock;
let server: FakeServer;
let keeper: FakeKeeper;
let sockets: FakeSocket[];
let desk: Desk;

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer();
  keeper = new FakeKeeper();
  sockets = [];
  desk = make();
});

function make(): Desk {
  const tokens = { accessToken: async () => "token", renew: async () => "token", end: () => undefined };
  return new Desk({
    me: "ada",
    site: "bank",
    status: "away",
    rest: new Rest("https://example/v1", tokens, server.fetch),
    clock,
    openSocket: (address) => {
      const socket = new FakeSocket(address);
      socket.server = server.hear;
      sockets.push(socket);
      return socket;
    },
    keeper,
  });
}

/** Responses are read in real turns of the event loop, not only in promises. */
async function quiet(milliseconds = 0): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await clock.pass(milliseconds);
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

const socket = (): FakeSocket => sockets.at(-1) ?? expect.fail("no socket was opened");
const texts = (name = "c1") => desk.state().threads[name]?.messages.map((each) => each.text);

async function started(): Promise<void> {
  desk.start();
  await quiet();
  socket().accept();
  await quiet();
}

describe("presence", () => {
  const told = () => socket().of("presence").map((frame) => frame["status"]);
  const confirm = (status: string) => socket().answer("presence", { type: "presence", status });

  test("is told at once, then renewed every 25 s without a word on the status", async () => {
    await started();
    confirm("away");
    desk.setStatus("available");
    confirm("available");
    await quiet(25_000);
    expect(told()).toEqual(["away", "available", undefined]);
    expect(desk.state().status).toBe("available");
  });

  test("takes over what another tab has chosen", async () => {
    await started();
    confirm("away");
    await quiet(25_000);
    confirm("busy");
    await quiet();
    expect(desk.state().status).toBe("available");
  });

  test("an answer that is older than the person's choice does not undo it", async () => {
    await started();
    desk.setStatus("available");
    const first = socket().of("presence")[0];
    socket().push({ type: "presence", id: first?.["id"], status: "away" });
    await quiet();
    expect(desk.state().status).toBe("available");
  });

  test("a choice made without a connection is told at the next", async () => {
    await started();
    confirm("away");
    await quiet();
    socket().break();
    desk.setStatus("offline");
    await quiet(2_000);
    socket().accept();
    expect(told()).toEqual(["offline"]);
  });

  test("without an answer means a dead connection, which is replaced", async () => {
    await started();
    await quiet(10_000);
    expect(sockets[0]?.closed).toBe(true);
    await quiet(2_000);
    expect(sockets).toHaveLength(2);
  });

  test("says offline before leaving", async () => {
    await started();
    desk.leave();
    expect(socket().of("presence").at(-1)).toMatchObject({ status: "offline" });
    expect(socket().closed).toBe(true);
  });
});

describe("catching up", () => {
  test("connects with the ticket in the address", async () => {
    await started();
    expect(socket().address).toBe("wss://example/socket?ticket=t1");
  });

  test("reads own conversations with their messages, page by page, and the queue", async () => {
    server.pageSize = 2;
    server.add(view(), [1, 2, 3, 4, 5].map((number) => message(number)));
    server.add(view({ id: "w1", state: "waiting", agent: null }));
    server.add(view({ id: "other", agent: "bob" }));
    await started();
    expect(mine(desk.state()).map((each) => each.id)).toEqual(["c1"]);
    expect(waiting(desk.state()).map((each) => each.id)).toEqual(["w1"]);
    expect(texts()).toEqual(["text 1", "text 2", "text 3", "text 4", "text 5"]);
  });

  test("asks for what is missing when a push was lost, after a moment of patience", async () => {
    server.add(view(), [message(1)]);
    await started();
    server.messages.get("c1")?.push(message(2), message(3));
    socket().push({ type: "message", ...message(3) });
    await quiet(1_900);
    expect(texts()).toEqual(["text 1"]);
    await quiet(200);
    expect(texts()).toEqual(["text 1", "text 2", "text 3"]);
  });

  test("does not ask when the late push arrives in time", async () => {
    server.add(view(), [message(1)]);
    await started();
    server.asked.length = 0;
    socket().push({ type: "message", ...message(3) });
    socket().push({ type: "message", ...message(2) });
    await quiet(5_000);
    expect(texts()).toEqual(["text 1", "text 2", "text 3"]);
    expect(server.asked.filter((path) => path.includes("messages"))).toEqual([]);
  });

  test("after a lost connection shows what was said meanwhile, and who was lost and won", async () => {
    server.add(view(), [message(1)]);
    server.add(view({ id: "gone" }));
    await started();
    sockets[0]?.break();
    server.messages.get("c1")?.push(message(2));
    server.add(view({ id: "gone", version: 2, agent: "bob" }));
    server.add(view({ id: "new" }), [message(1, { conversation: "new" })]);
    await quiet(2_000);
    socket().accept();
    await quiet();
    expect(mine(desk.state()).map((each) => each.id).sort()).toEqual(["c1", "new"]);
    expect(texts()).toEqual(["text 1", "text 2"]);
    expect(texts("new")).toEqual(["text 1"]);
  });

  test("every new connection resumes what is ours, and nothing else", async () => {
    server.add(view(), [message(1)]);
    server.add(view({ id: "w1", state: "waiting", agent: null }));
    await started();
    expect(socket().of("resume")).toMatchObject([{ conversation: "c1", after: 1 }]);
    socket().break();
    await quiet(2_000);
    socket().accept();
    await quiet();
    expect(socket().of("resume")).toMatchObject([{ conversation: "c1", after: 1 }]);
  });

  test("reads a long absence over REST, for a frame holds little", async () => {
    server.add(view(), [message(1)]);
    await started();
    socket().break();
    const missed = Array.from({ length: 30 }, (_, index) => message(index + 2));
    server.messages.get("c1")?.push(...missed);
    server.add(view({ version: 2 }), server.messages.get("c1"));
    await quiet(2_000);
    socket().accept();
    await quiet();
    expect(texts()).toHaveLength(31);
    expect(socket().of("resume")).toMatchObject([{ after: 31 }]);
  });

  test("reads again what a busy server could not say", async () => {
    server.add(view(), [message(1)]);
    server.failing = 503;
    desk.start();
    await quiet();
    server.failing = null;
    await quiet(5_000);
    expect(mine(desk.state())).toHaveLength(1);
  });

  test("reads the queue once for many changes", async () => {
    await started();
    server.asked.length = 0;
    server.add(view({ id: "w1", state: "waiting", agent: null }));
    for (let change = 0; change < 10; change += 1) {
      socket().push({ type: "queue_changed", group: "loans", waiting: change });
    }
    await quiet(1_000);
    expect(server.asked.filter((path) => path.includes("state=waiting"))).toHaveLength(1);
    expect(waiting(desk.state())).toHaveLength(1);
  });
});

describe("the server's count of own conversations", () => {
  const readings = () => server.asked.filter((path) => path.includes("agent=ada")).length;
  const count = async (active: number) => {
    socket().answer("presence", { type: "presence", status: "away", active });
    await quiet();
  };

  test("brings in a conversation whose notice was lost", async () => {
    await started();
    await count(0);
    server.add(view(), [message(1)]);
    await quiet(25_000);
    await count(1);
    expect(mine(desk.state())).toHaveLength(1);
  });

  test("is asked about once, since other sites' conversations count too", async () => {
    await started();
    await count(2);
    const once = readings();
    await quiet(25_000);
    await count(2);
    expect(readings()).toBe(once);
  });
});

describe("writing", () => {
  beforeEach(async () => {
    server.add(view(), [message(1)]);
    await started();
    socket().answer("presence", { type: "presence" });
  });

  const sent = () => socket().of("message").map((frame) => frame["text"]);
  const waits = () => desk.state().outbox.map((entry) => `${entry.text} ${entry.state}`);

  test("sends one message after the other, and shows each at its number", async () => {
    desk.write("c1", "one");
    desk.write("c1", "two");
    expect(sent()).toEqual(["one"]);
    socket().answer("message", { type: "ack", number: 2 });
    await quiet();
    expect(sent()).toEqual(["one", "two"]);
    socket().answer("message", { type: "ack", number: 3 });
    await quiet();
    expect(texts()).toEqual(["text 1", "one", "two"]);
    expect(waits()).toEqual([]);
  });

  test("shows a message once, though both its echo and its acknowledgement come", async () => {
    desk.write("c1", "one");
    const frame = socket().of("message").at(-1);
    const echo = message(2, { author: byAgent, text: "one", client_id: String(frame?.["client_id"]) });
    socket().push({ type: "message", ...echo });
    socket().answer("message", { type: "ack", number: 2 });
    await quiet();
    expect(texts()).toEqual(["text 1", "one"]);
    expect(waits()).toEqual([]);
  });

  test("sends again under the same name after a lost connection", async () => {
    desk.write("c1", "one");
    const first = socket().of("message")[0]?.["client_id"];
    socket().break();
    await quiet();
    expect(waits()).toEqual(["one waiting"]);
    await quiet(2_000);
    socket().accept();
    await quiet();
    expect(socket().of("message")[0]?.["client_id"]).toBe(first);
  });

  test("sends again over a new connection when the server stays silent", async () => {
    await quiet(20_000);
    socket().answer("presence", { type: "presence" });
    desk.write("c1", "one");
    await quiet(4_000);
    desk.setStatus("available");
    socket().answer("presence", { type: "presence" });
    await quiet(6_100);
    expect(sockets[0]?.closed).toBe(true);
    expect(waits()).toEqual(["one waiting"]);
    await quiet(1_000);
    socket().accept();
    await quiet();
    expect(sent()).toEqual(["one"]);
  });

  test("gives up after some tries, and says so", async () => {
    desk.write("c1", "one");
    for (let tries = 0; tries < 6; tries += 1) {
      socket().answer("message", { type: "error", code: "busy", message: "too busy", retry_after: 1 });
      await quiet(1_000);
    }
    expect(waits()).toEqual(["one failed"]);
    expect(desk.state().outbox[0]?.problem).toBe("too busy");
    desk.retry(desk.state().outbox[0]?.clientId ?? "");
    expect(waits()).toEqual(["one sending"]);
  });

  test("keeps unsent words over a reload of the page", async () => {
    desk.write("c1", "one");
    desk.stop();
    await quiet();
    desk = make();
    await started();
    expect(sent()).toEqual(["one"]);
  });

  test("leaves a refused message with its reason, to be tried again or thrown away", async () => {
    desk.write("c1", "one");
    socket().answer("message", { type: "error", code: "conversation_closed", message: "it is closed" });
    await quiet(60_000);
    expect(waits()).toEqual(["one failed"]);
    expect(desk.state().outbox[0]?.problem).toBe("it is closed");
    desk.discard(desk.state().outbox[0]?.clientId ?? "");
    expect(waits()).toEqual([]);
  });

  test("tries again by itself, when the server says, if it was only busy", async () => {
    desk.write("c1", "one");
    socket().answer("message", { type: "error", code: "rate_limited", message: "", retry_after: 5 });
    await quiet(4_000);
    expect(sent()).toEqual(["one"]);
    await quiet(1_500);
    expect(sent()).toEqual(["one", "one"]);
  });

  test("tells that somebody types at most every 3 s", async () => {
    desk.type("c1");
    desk.type("c1");
    await quiet(3_000);
    desk.type("c1");
    expect(socket().of("typing")).toHaveLength(2);
  });
});

describe("seeing", () => {
  test("marks messages as seen only while somebody looks at them", async () => {
    server.add(view(), [message(1)]);
    await started();
    expect(unreadInAll(desk.state())).toBe(1);
    desk.look(false);
    desk.open("c1");
    await quiet();
    expect(socket().of("read")).toEqual([]);
    desk.look(true);
    expect(socket().of("read")).toMatchObject([{ conversation: "c1", number: 1 }]);
    expect(unreadInAll(desk.state())).toBe(0);
    socket().push({ type: "message", ...message(2) });
    expect(socket().of("read")).toHaveLength(2);
  });

  test("does not mark what waits in the queue", async () => {
    server.add(view({ state: "waiting", agent: null }), [message(1)]);
    await started();
    desk.open("c1");
    await quiet();
    expect(texts()).toEqual(["text 1"]);
    expect(socket().of("read")).toEqual([]);
  });

  test("says why a conversation cannot be shown", async () => {
    await started();
    desk.open("foreign");
    await quiet();
    expect(desk.state().unreadable).toMatch(/not yours to see/);
  });
});

describe("coming and going", () => {
  test("an assignment brings the conversation and its messages, and is announced", async () => {
    await started();
    server.add(view(), [message(1)]);
    socket().push({ type: "assigned", conversation: view() });
    await quiet();
    expect(texts()).toEqual(["text 1"]);
    expect(desk.state().notices.map((notice) => notice.text)).toEqual(["Visitor v1 is now yours."]);
  });

  test("a conversation taken away leaves, with the reason", async () => {
    server.add(view());
    await started();
    server.add(view({ version: 2, state: "waiting", agent: null }));
    socket().push({ type: "unassigned", conversation: "c1", reason: "answer_timeout" });
    expect(mine(desk.state())).toEqual([]);
    expect(desk.state().notices[0]?.text).toMatch(/waited too long/);
    await quiet(1_000);
    expect(waiting(desk.state())).toHaveLength(1);
  });

  test("an own taking is not announced, though its push comes first", async () => {
    server.add(view({ state: "waiting", agent: null }));
    await started();
    const taking = desk.actions.take("c1");
    socket().push({ type: "assigned", conversation: view({ version: 2 }) });
    expect(await taking).toBe(true);
    expect(desk.state().notices).toEqual([]);
  });

  test("taking from the queue makes it mine; losing the race says so", async () => {
    server.add(view({ state: "waiting", agent: null }));
    await started();
    expect(await desk.actions.take("c1")).toBe(true);
    expect(mine(desk.state())).toHaveLength(1);
    server.failing = 409;
    expect(await desk.actions.take("w2")).toBe(false);
    expect(desk.state().notices.at(-1)?.tone).toBe("problem");
  });

  test("closing ends it here without waiting for a push", async () => {
    server.add(view());
    await started();
    expect(await desk.actions.close("c1")).toBe(true);
    expect(mine(desk.state())).toEqual([]);
  });
});

test("a message takes its files along, and shows them before anybody has confirmed it", async () => {
  server.add(view());
  await started();
  const file = { id: "f1", name: "a.png", type: "image/png", size: 3 };
  desk.write("c1", "", [file]);
  await quiet();
  const said = socket().sent.findLast((frame) => frame["action"] === "message");
  expect(said).toMatchObject({ text: "", attachments: ["f1"] });
  expect(desk.state().outbox[0]?.attachments).toEqual([file]);
});
