import { expect, test } from "vitest";
import { holds, untilDue, Watches } from "../src/watches";

const after30 = { fact: "page.seconds", op: "gte", value: 30 };
const scrolled = { fact: "page.scroll_percent", op: "gte", value: 60 };

test.each([
  [{ fact: "page.seconds", op: "gte", value: 30 }, 30, true],
  [{ fact: "page.seconds", op: "gte", value: 30 }, 29, false],
  [{ fact: "page.seconds", op: "gt", value: 30 }, 30, false],
  [{ fact: "page.seconds", op: "between", value: [10, 20] }, 15, true],
  [{ fact: "page.seconds", op: "between", value: [10, 20] }, 21, false],
  [{ fact: "page.exit_intent", op: "is", value: true }, true, true],
  [{ fact: "page.exit_intent", op: "is", value: true }, undefined, false],
  [{ fact: "event.add_to_cart", op: "gte", value: 1 }, undefined, false],
  [{ fact: "event.add_to_cart", op: "eq", value: 2 }, 2, true],
  [{ fact: "event.add_to_cart", op: "present" }, 1, true],
  [{ fact: "page.seconds", op: "no_such_operator", value: 1 }, 5, false],
])("%j over %j is %j", (watch, seen, expected) => {
  expect(holds(watch, { [watch.fact]: seen })).toBe(expected);
});

test("the time until a threshold is counted from what has passed", () => {
  expect(untilDue(after30, 12)).toBe(18_000);
  expect(untilDue({ ...after30, op: "gt" }, 30)).toBe(1_000);
  expect(untilDue(after30, 45)).toBe(0);
});

test("time alone never answers an upper limit", () => {
  expect(untilDue({ ...after30, op: "lte" }, 45)).toBeUndefined();
});

test("a watch is answered once, however often the server asks", () => {
  const watches = new Watches();
  watches.ask([after30]);
  expect(watches.answer({ "page.seconds": 29 })).toBeUndefined();
  expect(watches.answer({ "page.seconds": 31 })).toEqual({ "page.seconds": 31 });
  watches.ask([after30]);
  expect(watches.answer({ "page.seconds": 40 })).toBeUndefined();
});

test("only what was asked is reported, with what was reported before", () => {
  const watches = new Watches();
  watches.ask([after30, scrolled]);
  const idle = { "page.idle_seconds": 5 };
  watches.answer({ ...idle, "page.seconds": 30, "page.scroll_percent": 10 });
  expect(watches.answer({ ...idle, "page.seconds": 50, "page.scroll_percent": 70 })).toEqual({
    "page.seconds": 50,
    "page.scroll_percent": 70,
  });
});

test("a new page is asked anew", () => {
  const watches = new Watches();
  watches.ask([after30]);
  watches.answer({ "page.seconds": 30 });
  watches.turn();
  expect(watches.answer({ "page.seconds": 30 })).toBeUndefined();
  watches.ask([after30]);
  expect(watches.answer({ "page.seconds": 30 })).toEqual({ "page.seconds": 30 });
});

test("what has not happened counts as nought, so a question about nothing is answered", () => {
  const watches = new Watches();
  watches.ask([
    { fact: "event.purchase", op: "gte", value: 0 },
    { fact: "page.exit_intent", op: "is", value: false },
  ]);
  expect(watches.answer({})).toEqual({ "event.purchase": 0, "page.exit_intent": false });
});
