/** Who is with the agent, what have they seen, and what are they told of it? */

import { beforeEach, describe, expect, test } from "vitest";

import { called, nameOf, speakerOf } from "../src/desk/names";
import { mine, unreadInAll, waiting } from "../src/desk/select";
import { desk, fresh, quiet, server, socket, started, texts } from "./bench";
import { message, view } from "./fakes";

beforeEach(fresh);

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

describe("names", () => {
  const read = () => server.asked.filter((each) => each.endsWith("/names")).length;

  test("are read with the lists, and ids are never shown for them", async () => {
    expect(called(desk.state(), "groups", "loans")).toBe("…");
    await started();
    expect(called(desk.state(), "groups", "loans")).toBe("Loans");
    expect(nameOf(desk.state(), "ada")).toBe("you");
    expect(nameOf(desk.state(), "ben")).toBe("Ben");
    expect(nameOf(desk.state(), "gone")).toBe("a former agent");
  });

  test("tell one's own words from a colleague's, whichever were read again", async () => {
    await started();
    const said = (name: string) => speakerOf(desk.state(), { kind: "agent", name, avatar: "" });
    expect([said(""), said("Ada"), said("Ben")]).toEqual(["You", "You", "Ben"]);
  });

  test("of a group that is new are asked for once", async () => {
    await started();
    const before = read();
    server.names = { groups: { loans: "Loans", cards: "Cards" } };
    const arrived = view({ id: "c7", state: "waiting", group: "cards", agent: null });
    socket().push({ type: "conversation", conversation: arrived });
    await quiet();
    expect(called(desk.state(), "groups", "cards")).toBe("Cards");
    expect(read()).toBe(before + 1);
  });

  test("of whoever is gone for good are not asked for again and again", async () => {
    await started();
    const before = read();
    for (const name of ["c7", "c8", "c9"]) {
      const lost = view({ id: name, state: "waiting", group: "gone", agent: null });
      socket().push({ type: "conversation", conversation: lost });
      await quiet();
    }
    expect(read()).toBe(before + 1);
  });
});
