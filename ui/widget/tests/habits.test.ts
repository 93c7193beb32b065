import { expect, test } from "vitest";
import { Habits } from "../src/box/habits";

test("numbers, sizes, days and hours are written as the visitor writes them", () => {
  const habits = new Habits("de", ["de-AT"]);
  const evening = new Date(2026, 4, 4, 18, 5);
  expect(habits.number(3_900.5)).toBe(new Intl.NumberFormat("de-AT").format(3_900.5));
  expect(habits.minutes(4)).toBe("4 Minuten");
  expect(habits.size(20)).toBe("0,1 kB");
  expect(habits.size(5 * 1_048_576)).toBe("5 MB");
  expect(habits.time(evening)).toBe("18:05");
  expect(habits.day(evening)).toBe("Montag, 4. Mai");
});

test.each(["en-US@posix", "en_GB", "en-*"])("a browser that calls its language %s is no hindrance", (name) => {
  expect(new Habits("en", [name]).minutes(4)).toBe("4 minutes");
});
