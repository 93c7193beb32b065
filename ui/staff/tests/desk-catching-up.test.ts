/** Does the desk know what is true, whatever was lost on the way? */

import { beforeEach, describe, expect, test } from "vitest";

import { mine, waiting } from "../src/desk/select";
import { desk, fresh, quiet, server, socket, sockets, started, texts } from "./bench";
import { message, view } from "./fakes";

beforeEach(fresh);

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
