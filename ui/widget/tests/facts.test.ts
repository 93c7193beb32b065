import { expect, test } from "vitest";
import { chooseLanguage, surroundings } from "../src/facts";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";

test.each([
  [`${MAC} Version/17.0 Safari/605.1.15`, false, "desktop", "safari", "macos"],
  [`${MAC} Version/17.0 Safari/605.1.15`, true, "tablet", "safari", "ios"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", false, "desktop", "edge", "windows"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", false, "desktop", "firefox", "linux"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1", true, "mobile", "chrome", "ios"],
  ["Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", true, "mobile", "chrome", "android"],
  ["Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Safari/537.36", true, "tablet", "samsung", "android"],
  ["curl/8.5.0", false, "desktop", "other", "other"],
])("%s", (userAgent, touch, device, browser, os) => {
  expect(surroundings(userAgent, touch)).toEqual({ device, browser, os });
});

test("the first wanted language that the site speaks is spoken, by its primary part", () => {
  expect(chooseLanguage(["it", "fr-CA", "en"], ["en", "fr"])).toBe("fr");
  expect(chooseLanguage(["it"], ["en", "fr"])).toBe("en");
  expect(chooseLanguage([], [])).toBe("en");
});
