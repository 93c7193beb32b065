import { expect, test } from "vitest";
import type { Message } from "../src/protocol";
import { add, EMPTY, fill, isBehind, know } from "../src/transcript";
import { chances, shuffled } from "./chance";

const message = (number: number, text = `text ${number}`): Message => ({
  number,
  author: { kind: "agent" },
  text,
  sent_at: "2026-01-01T00:00:00Z",
});
const numbers = (messages: readonly Message[]): number[] => messages.map((item) => item.number);

test("messages are shown in the order of their numbers, whatever the order they come in", () => {
  const transcript = [2, 1, 3].map((n) => message(n)).reduce(add, EMPTY);
  expect(numbers(transcript.items)).toEqual([1, 2, 3]);
  expect(isBehind(transcript)).toBe(false);
});

test("what follows a gap is held back until the gap is filled", () => {
  const behind = [1, 3, 4].map((n) => message(n)).reduce(add, EMPTY);
  expect(numbers(behind.items)).toEqual([1]);
  expect(isBehind(behind)).toBe(true);
  const whole = add(behind, message(2));
  expect(numbers(whole.items)).toEqual([1, 2, 3, 4]);
  expect(isBehind(whole)).toBe(false);
});

test("a message that comes twice is there once", () => {
  const twice = [1, 2, 2, 1].map((n) => message(n)).reduce(add, EMPTY);
  expect(numbers(twice.items)).toEqual([1, 2]);
});

test("a later copy of a message replaces the first", () => {
  const corrected = add(add(EMPTY, message(1, "mine")), message(1, "the server's"));
  expect(corrected.items.map((item) => item.text)).toEqual(["the server's"]);
});

test("to know of a last message is to be behind until it comes", () => {
  const told = know(add(EMPTY, message(1)), 2);
  expect(isBehind(told)).toBe(true);
  expect(isBehind(add(told, message(2)))).toBe(false);
});

test("a number that the server's answer skips is not waited for", () => {
  const filled = fill(add(EMPTY, message(1)), 1, [message(3)], 3);
  expect(numbers(filled.items)).toEqual([1, 3]);
  expect(isBehind(filled)).toBe(false);
});

test("an answer that ends before the last number leaves the rest to be asked for", () => {
  const page = fill(EMPTY, 0, [message(1), message(2)], 5);
  expect(page.settled).toBe(2);
  expect(isBehind(page)).toBe(true);
});

test("an empty answer settles what does not exist for us", () => {
  expect(isBehind(fill(know(EMPTY, 3), 0, [], 3))).toBe(false);
});

test("an answer brings out what was held behind the gap", () => {
  const held = [1, 4].map((n) => message(n)).reduce(add, EMPTY);
  const filled = fill(held, 1, [message(2), message(3)], 3);
  expect(numbers(filled.items)).toEqual([1, 2, 3, 4]);
});

test("an answer to a tab that knew more than this one does not hide what this one lacks", () => {
  const filled = fill(add(EMPTY, message(1)), 3, [message(4)], 4);
  expect(numbers(filled.items)).toEqual([1]);
  expect(isBehind(filled)).toBe(true);
  expect(numbers(fill(filled, 1, [message(2), message(3)], 4).items)).toEqual([1, 2, 3, 4]);
});

test("any order with any doubling gives the whole transcript", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = chances(seed);
    const all = Array.from({ length: 12 }, (_, index) => message(index + 1));
    const doubled = all.flatMap((item) => (chance() < 0.3 ? [item, item] : [item]));
    const transcript = shuffled(doubled, chance).reduce(add, EMPTY);
    expect(transcript.items).toEqual(all);
    expect(transcript.held).toEqual([]);
  }
});
