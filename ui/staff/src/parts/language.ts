/** What is a language called? */

const NAMES = new Intl.DisplayNames(undefined, { type: "language" });

export function languageName(tag: string | null): string {
  if (tag === null) return "";
  try {
    return NAMES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
