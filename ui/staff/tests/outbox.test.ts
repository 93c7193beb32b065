import { describe, expect, test } from "vitest";

import * as outbox from "../src/desk/outbox";

const add = (entries: outbox.Outbox, clientId: string, conversation = "c1") =>
  outbox.written(entries, { clientId, conversation, text: clientId, writtenAt: 1 });
const names = (entries: outbox.Outbox) => entries.map((entry) => entry.clientId);

describe("the outbox", () => {
  const two = add(add([], "a"), "b");

  test("sends only the oldest of a conversation, so that nothing overtakes", () => {
    expect(names(outbox.sendable(two))).toEqual(["a"]);
    expect(outbox.sendable(outbox.sending(two, "a"))).toEqual([]);
    expect(names(outbox.sendable(outbox.without(outbox.sending(two, "a"), "a")))).toEqual(["b"]);
  });

  test("lets one conversation not wait for another", () => {
    expect(names(outbox.sendable(add(two, "other", "c2")))).toEqual(["a", "other"]);
  });

  test("keeps what could not be sent, at its place", () => {
    const again = outbox.postponed(outbox.sending(two, "a"), "a");
    expect(names(outbox.sendable(again))).toEqual(["a"]);
    expect(again[0]?.tries).toBe(1);
  });

  test("lets a refused message wait for the agent while the next goes on", () => {
    const refused = outbox.failed(outbox.sending(two, "a"), "a", "too long");
    expect(names(outbox.sendable(refused))).toEqual(["b"]);
    expect(refused[0]?.problem).toBe("too long");
    expect(names(outbox.sendable(outbox.retried(refused, "a")))).toEqual(["a"]);
  });

  test("survives a reload, with nothing on its way any more", () => {
    const restored = outbox.restored(outbox.stored(outbox.sending(two, "a")));
    expect(names(outbox.sendable(restored))).toEqual(["a"]);
    expect(names(restored)).toEqual(["a", "b"]);
  });

  test.each([null, "", "{", "{}", "[1, null, {\"clientId\": 1}]"])(
    "starts empty where %j was kept",
    (text) => {
      expect(outbox.restored(text)).toEqual([]);
    },
  );
});
