/** Is every message sent, once and in order? */

import { beforeEach, describe, expect, test } from "vitest";

import { desk, fresh, quiet, reload, server, socket, sockets, started, texts } from "./bench";
import { byAgent, message, view } from "./fakes";

beforeEach(fresh);

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
    reload();
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
