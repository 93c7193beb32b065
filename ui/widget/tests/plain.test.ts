import { expect, test } from "vitest";
import { plain } from "../src/box/plain";

test.each([
  ["  Good\tmorning\n\n🙂 שלום ", "Good\tmorning\n\n🙂 שלום"],
  ["a\u0000b\u000bc\u009d", "abc"],
  ["cut in the middle \ud83d", "cut in the middle"],
  [" \u0007\n ", ""],
])("of %j is sent %j", (text, sent) => {
  expect(plain(text)).toBe(sent);
});
