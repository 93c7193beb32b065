import { expect, test, vi } from "vitest";
import { Memory } from "../src/memory";
import { Outbox } from "../src/outbox";
import { FakeStorage } from "./chance";

const letter = (client_id: string, second = 0) => ({
  client_id,
  text: `text of ${client_id}`,
  written_at: new Date(second * 1000).toISOString(),
});

function outboxes(storage = new FakeStorage()): Outbox {
  const memory = new Memory("bank", storage);
  memory.allow("full");
  return new Outbox(memory);
}

test("letters travel one at a time, the oldest first", () => {
  const outbox = outboxes();
  outbox.add(letter("b", 2));
  outbox.add(letter("a", 1));
  expect(outbox.next()?.client_id).toBe("a");
  expect(outbox.next()).toBeUndefined();
  outbox.settle("a");
  expect(outbox.next()?.client_id).toBe("b");
});

test("a letter stays until its acknowledgement, over a reload of the page", () => {
  const storage = new FakeStorage();
  outboxes(storage).add(letter("a"));
  const afterReload = outboxes(storage);
  expect(afterReload.next()).toEqual(letter("a"));
  afterReload.settle("a");
  expect(outboxes(storage).letters).toEqual([]);
});

test("after a break the same letter travels again, under the same client id", () => {
  const outbox = outboxes();
  outbox.add(letter("a"));
  outbox.next();
  outbox.lost();
  expect(outbox.next()?.client_id).toBe("a");
});

test("a refused letter is kept for the visitor and does not hold up the next", () => {
  const outbox = outboxes();
  outbox.add(letter("a", 1));
  outbox.add(letter("b", 2));
  outbox.next();
  outbox.refuse("a", "forbidden");
  expect(outbox.next()?.client_id).toBe("b");
  expect(outbox.letters.map((each) => each.refused)).toEqual(["forbidden", undefined]);
});

test("a refused letter that the visitor tries again travels again", () => {
  const outbox = outboxes();
  outbox.add(letter("a"));
  outbox.next();
  outbox.refuse("a", "forbidden");
  outbox.retry("a");
  expect(outbox.next()).toEqual(letter("a"));
});

test("the tries of a letter are counted until it is settled", () => {
  const outbox = outboxes();
  outbox.add(letter("a"));
  outbox.next();
  expect(outbox.postpone("a")).toBe(1);
  outbox.next();
  expect(outbox.postpone("a")).toBe(2);
  outbox.settle("a");
  outbox.add(letter("a"));
  outbox.next();
  expect(outbox.postpone("a")).toBe(1);
});

test("an acknowledgement that comes twice does no harm", () => {
  const outbox = outboxes();
  outbox.add(letter("a"));
  expect(outbox.settle("a")).toEqual(letter("a"));
  expect(outbox.settle("a")).toBeUndefined();
});

test("a letter of a tab that is gone is taken over, though the clock was set back", () => {
  vi.useFakeTimers();
  const storage = new FakeStorage();
  const memory = new Memory("bank", storage);
  memory.allow("full");
  const outbox = new Outbox(memory);
  memory.heard("vestibule.bank.outbox.a", JSON.stringify(letter("a")));
  outbox.heardOf("outbox.a");
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(outbox.next()).toBeUndefined();
  vi.advanceTimersByTime(20_000);
  expect(outbox.next()).toEqual(letter("a"));
  vi.useRealTimers();
});
