import { expect, test } from "vitest";
import { contrast, ENOUGH, legible } from "../src/view/contrast";

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#FFFFFF")).toBeCloseTo(4.48, 2);
  expect(contrast("#123456", "#123456")).toBe(1);
});

test("an author's text is kept where it can be read, else it is black or white", () => {
  expect(legible("#0F4C3A", "#F0E0C0")).toBe("#F0E0C0");
  expect(legible("#FFE14D", "#FFFFFF")).toBe("#000000");
  expect(legible("#1A2B3C", "#223344")).toBe("#ffffff");
  expect(legible("#1A2B3C", undefined)).toBe("#ffffff");
});

test("there is a legible text for every ground", () => {
  const shades = ["00", "33", "66", "77", "80", "99", "cc", "ff"];
  for (const red of shades)
    for (const green of shades)
      for (const blue of shades) {
        const ground = `#${red}${green}${blue}`;
        expect(contrast(ground, legible(ground, ground))).toBeGreaterThanOrEqual(ENOUGH);
      }
});
