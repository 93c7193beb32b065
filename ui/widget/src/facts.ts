/** Who is looking at which page, as far as the browser says? */

export interface Surroundings {
  readonly device: "desktop" | "mobile" | "tablet";
  readonly browser: string;
  readonly os: string;
}

// The first that matches wins: most browsers also claim to be the ones below them.
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ["edge", /\bEdg/],
  ["opera", /\bOPR\/|\bOpera/],
  ["samsung", /SamsungBrowser/],
  ["firefox", /Firefox|FxiOS/],
  ["chrome", /Chrome|CriOS|Chromium/],
  ["safari", /Safari/],
];

const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ["ios", /iPhone|iPad|iPod/],
  ["android", /Android/],
  ["windows", /Windows/],
  ["chromeos", /CrOS/],
  ["macos", /Macintosh|Mac OS X/],
  ["linux", /Linux|X11/],
];

/** Read a user agent; `touch` tells an iPad, which calls itself a Macintosh, from a computer. */
export function surroundings(userAgent: string, touch: boolean): Surroundings {
  const disguised = touch && /Macintosh/.test(userAgent);
  const os = disguised ? "ios" : named(SYSTEMS, userAgent);
  const tablet = disguised || /iPad|Tablet|Android(?!.*Mobile)/.test(userAgent);
  const mobile = /iPhone|iPod|Mobile/.test(userAgent);
  return {
    device: tablet ? "tablet" : mobile ? "mobile" : "desktop",
    browser: named(BROWSERS, userAgent),
    os,
  };
}

/** The language to speak: the first wanted one that the site speaks, else the site's first. */
export function chooseLanguage(wanted: readonly string[], spoken: readonly string[]): string {
  for (const language of wanted) {
    const match = spoken.find((other) => primary(other) === primary(language));
    if (match) return match;
  }
  return spoken[0] ?? wanted[0] ?? "en";
}

/** The language without its region: `fr` of `fr-CA`. */
export function primary(language: string): string {
  return language.toLowerCase().split("-")[0] ?? language;
}

function named(table: readonly (readonly [string, RegExp])[], userAgent: string): string {
  return table.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "other";
}
