import { describe, expect, test } from "vitest";

import { emptyThread, hasGap, withListed, withPushed, type Thread } from "../src/desk/thread";
import { message } from "./fakes";

const shown = (thread: Thread) => thread.messages.map((each) => each.number);
const push = (thread: Thread, ...numbers: number[]) =>
  numbers.reduce((sofar, number) => withPushed(sofar, [message(number)]), thread);

describe("a thread", () => {
  test("shows pushed messages in order of number, whatever order they come in", () => {
    expect(shown(push(emptyThread, 3, 1, 4, 2))).toEqual([1, 2, 3, 4]);
  });

  test("shows every order of five messages, each pushed twice, the same", () => {
    for (const order of permutations([1, 2, 3, 4, 5])) {
      const thread = push(emptyThread, ...order, ...order);
      expect(shown(thread)).toEqual([1, 2, 3, 4, 5]);
      expect(hasGap(thread)).toBe(false);
    }
  });

  test("holds what follows a gap until the gap is filled", () => {
    const gapped = push(emptyThread, 1, 3);
    expect(shown(gapped)).toEqual([1]);
    expect(hasGap(gapped)).toBe(true);
    const filled = push(gapped, 2);
    expect(shown(filled)).toEqual([1, 2, 3]);
    expect(hasGap(filled)).toBe(false);
  });

  test("is the same value when nothing new comes", () => {
    const thread = push(emptyThread, 1, 2);
    expect(withPushed(thread, [message(2)])).toBe(thread);
  });

  test("keeps the first version of a number", () => {
    const thread = withPushed(push(emptyThread, 1), [message(1, { text: "another" })]);
    expect(thread.messages[0]?.text).toBe("text 1");
  });

  test("fills a gap from the server's list", () => {
    const gapped = push(emptyThread, 1, 4);
    const filled = withListed(gapped, [message(2), message(3), message(4)], 1, true);
    expect(shown(filled)).toEqual([1, 2, 3, 4]);
    expect(filled.loaded).toBe(true);
  });

  test("accepts that a number absent from the server's list is no more", () => {
    const gapped = push(emptyThread, 1, 4);
    const filled = withListed(gapped, [message(4)], 1, true);
    expect(shown(filled)).toEqual([1, 4]);
    expect(hasGap(filled)).toBe(false);
  });

  test("does not count a list that starts beyond its end as complete up to there", () => {
    const thread = withListed(push(emptyThread, 1), [message(9)], 8, true);
    expect(shown(thread)).toEqual([1]);
    expect(hasGap(thread)).toBe(true);
  });

  test("is loaded only when the list was read to its end", () => {
    const half = withListed(emptyThread, [message(1)], 0, false);
    expect(half.loaded).toBe(false);
    expect(withListed(half, [], 1, true).loaded).toBe(true);
  });
});

function permutations(numbers: number[]): number[][] {
  if (numbers.length <= 1) return [numbers];
  return numbers.flatMap((first, index) =>
    permutations([...numbers.slice(0, index), ...numbers.slice(index + 1)]).map((rest) => [
      first,
      ...rest,
    ]),
  );
}
