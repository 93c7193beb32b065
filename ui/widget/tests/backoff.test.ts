import { expect, test } from "vitest";
import { backoff } from "../src/backoff";

test("the first pause is between one and two seconds", () => {
  expect(backoff(0, 0)).toBe(1_000);
  expect(backoff(0, 1)).toBe(2_000);
});

test("the ceiling doubles with every try and stops at thirty seconds", () => {
  expect([0, 1, 2, 3, 4, 5, 40].map((attempt) => backoff(attempt, 1))).toEqual([
    2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test("the jitter is full: even the tenth try may come after a second", () => {
  expect(backoff(10, 0)).toBe(1_000);
  expect(backoff(10, 0.5)).toBe(15_500);
});
