import { expect, test } from "vitest";
import { boxTextsIn } from "../src/box/texts";
import { directionOf, textsIn } from "../src/view/texts";

const SPOKEN = ["en", "fr", "de", "es", "ar"];
const gaps = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test.each(SPOKEN)("every text of %s is there, with the gaps of the English one", (language) => {
  for (const speak of [textsIn, boxTextsIn]) {
    const english = Object.entries(speak("en"));
    const spoken = speak(language) as Record<string, string>;
    expect(Object.keys(spoken).sort()).toEqual(english.map(([name]) => name).sort());
    for (const [name, text] of english) {
      expect(spoken[name]!.trim(), name).not.toBe("");
      expect(gaps(spoken[name]!), name).toEqual(gaps(text));
    }
  }
});

test("a region speaks its language, and a language that we do not speak is answered in English", () => {
  expect(boxTextsIn("fr-CA")).toBe(boxTextsIn("fr"));
  expect(boxTextsIn("pt")).toBe(boxTextsIn("en"));
  expect(["ar", "ar-EG", "he", "fa-IR", "ur"].map(directionOf)).toEqual(Array(5).fill("rtl"));
  expect(["en", "arn", "fr-CA", "heb"].map(directionOf)).toEqual(Array(4).fill("ltr"));
});
