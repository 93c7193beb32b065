import { expect, test } from "vitest";
import { pieces } from "../src/box/links";

const hrefs = (text: string): (string | undefined)[] =>
  pieces(text)
    .map(({ href }) => href)
    .filter(Boolean);

test.each([
  ["see https://shop.example/a?b=1#c now", "https://shop.example/a?b=1#c"],
  ["Http://SHOP.example", "http://shop.example/"],
  ["www.shop.example/loans", "https://www.shop.example/loans"],
  ["me@shop.example", "mailto:me@shop.example"],
  ["(https://shop.example/a)", "https://shop.example/a"],
  ["https://wiki.example/Tree_(plant).", "https://wiki.example/Tree_(plant)"],
  ["«https://shop.example», then", "https://shop.example/"],
  ["https://shop.example/a, b", "https://shop.example/a"],
])("%s leads to %s", (text, href) => {
  expect(hrefs(text)).toEqual([href]);
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt://shop.example/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x file:///etc/passwd ftp://shop.example",
  "[click](javascript:alert(1))",
  "https://",
  "https://bank.example@evil.example/",
  "https://bank.example:pass@evil.example/",
  "three.words.here and 1.5",
])("%s leads nowhere", (text) => {
  expect(hrefs(text)).toEqual([]);
});

test("a quotation mark or a sign that turns the writing around ends an address", () => {
  expect(hrefs('https://shop.example/"onmouseover="alert(1)')).toEqual(["https://shop.example/"]);
  expect(hrefs("https://shop.example/\u202egpj.exe")).toEqual(["https://shop.example/"]);
});

test("a markdown link shows both its words and where it leads", () => {
  const text = "[bank.example](https://evil.example/)";
  expect(pieces(text)).toEqual([
    { text: "[bank.example](" },
    { text: "https://evil.example/", href: "https://evil.example/" },
    { text: ")" },
  ]);
});

test("the pieces together are the text, whatever it holds", () => {
  const parts = ["https://a.example", "(", ")", ".", "www.b.example/x", " ", "me@c.example", "\n", "é"];
  for (let seed = 1; seed < 2_000; seed += 1) {
    const text = Array.from({ length: 6 }, (_, at) => parts[(seed * (at + 7) * 31) % parts.length]).join("");
    const joined = pieces(text).map((piece) => piece.text).join("");
    expect(joined).toBe(text);
  }
});

test("four thousand characters of almost an address are read at once", () => {
  const text = `https://${"(".repeat(2_000)}${")".repeat(1_990)}`;
  expect(pieces(text).map((piece) => piece.text).join("")).toBe(text);
});
