import { beforeEach, describe, expect, test } from "vitest";

import { Rest } from "../src/connection/rest";
import { Desk } from "../src/desk/desk";
import { queues, snoozed } from "../src/desk/select";
import { FakeClock, FakeKeeper, FakeSocket, view } from "./fakes";
import { FakeServer } from "./server";

let server: FakeServer;
let socket: FakeSocket;
let desk: Desk;

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

beforeEach(async () => {
  server = new FakeServer();
  server.add(view());
  const tokens = { accessToken: async () => "t", renew: async () => "t", end: () => undefined };
  desk = new Desk({
    me: "ada",
    site: "bank",
    status: "available",
    rest: new Rest("https://example/v1", tokens, server.fetch),
    clock: new FakeClock(),
    openSocket: (address) => {
      socket = new FakeSocket(address);
      socket.server = server.hear;
      return socket;
    },
    keeper: new FakeKeeper(),
  });
  desk.start();
  await quiet();
  socket.accept();
  await quiet();
});

const told = () => desk.state().notices.map((notice) => notice.text);
const ben = { kind: "agent", id: "ben", name: "Ben" } as const;

describe("giving a conversation away", () => {
  test("says to whom, with the words for them", async () => {
    server.onAct = () => ({ state: "assigned", agent: "ben" });
    expect(await desk.actions.transfer("c1", ben, " He is angry ")).toBe(true);
    expect(server.bodies.at(-1)).toEqual({ agent: "ben", comment: "He is angry" });
    expect(desk.state().views["c1"]).toBeUndefined();
    expect(told()).toEqual(["Visitor v1 was transferred to Ben."]);
  });

  test("by one's own hand is no news when the server says so too", async () => {
    server.onAct = () => {
      socket.push({ type: "unassigned", conversation: "c1", reason: "handed_back" });
      return { state: "waiting", agent: null };
    };
    await desk.actions.handBack("c1");
    expect(told()).toEqual(["Visitor v1 was handed back to the queue."]);
  });

  test("for a while puts it among the snoozed, the soonest first", async () => {
    server.add(view({ id: "c2", agent: null, state: "snoozed", snoozed_until: "2026-03-02T10:00:00Z" }));
    server.onAct = () => ({
      state: "snoozed",
      agent: null,
      kept_for: "ada",
      snoozed_until: "2026-03-02T12:00:00Z",
    });
    await desk.actions.snooze("c1", { seconds: 10_800 }, true);
    expect(server.bodies.at(-1)).toEqual({ seconds: 10_800, keep: true });
    await quiet();
    expect(snoozed(desk.state()).map((each) => each.id)).toEqual(["c2", "c1"]);
  });

  test("is not done when somebody else was faster, and who that was is said", async () => {
    desk.open("c1");
    await quiet();
    server.refusing = { status: 409, code: "conversation_moved" };
    server.add(view({ agent: "ben", version: 5 }));
    expect(await desk.actions.close("c1")).toBe(false);
    expect(told()).toEqual(["Ben took Visitor v1 a moment ago."]);
  });

  test("what cannot even be read any more says so on the screen", async () => {
    desk.open("c1");
    await quiet();
    server.refusing = { status: 409, code: "conversation_moved" };
    server.views.delete("c1");
    await desk.actions.handBack("c1");
    expect(desk.state().views["c1"]).toBeUndefined();
    expect(told()).toEqual(["A colleague took Visitor v1 a moment ago."]);
  });

  test("a refusal that changes nothing is said as it is", async () => {
    server.refusing = { status: 409, code: "no_free_slot" };
    await desk.actions.handBack("c1");
    expect(told()).toEqual(["To take a conversation, be available and have a free slot."]);
  });
});

test("a conversation that was taken away says why on the screen it was on", async () => {
  desk.open("c1");
  await quiet();
  server.views.delete("c1");
  socket.push({ type: "unassigned", conversation: "c1", reason: "answer_timeout" });
  await quiet();
  expect(desk.state().unreadable).toBe("Visitor v1 waited too long for an answer and goes to a colleague.");
});

test("closing tells the reason and the tags only when there are some", async () => {
  server.add(view({ id: "c2" }));
  await desk.actions.close("c1");
  expect(server.bodies.at(-1)).toEqual({});
  await desk.actions.close("c2", { reason: " Spam ", tags: ["bot"] });
  expect(server.bodies.at(-1)).toEqual({ reason: "Spam", tags: ["bot"] });
});

test("the queue is shown group by group, the longest wait on top", async () => {
  const waits = (id: string, group: string, since: string) =>
    server.add(view({ id, group, state: "waiting", agent: null, waiting_since: since }));
  waits("w1", "loans", "2026-03-02T08:30:00Z");
  waits("w2", "cards", "2026-03-02T08:10:00Z");
  waits("w3", "loans", "2026-03-02T08:20:00Z");
  // Whatever was done, the lists are read again.
  await desk.actions.wake("c1");
  await quiet();
  const shown = queues(desk.state()).map(({ group, views }) => [group, views.map((each) => each.id)]);
  expect(shown).toEqual([
    ["cards", ["w2"]],
    ["loans", ["w3", "w1"]],
  ]);
});
