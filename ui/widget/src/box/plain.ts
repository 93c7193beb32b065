/** What of a text that may come from anywhere can be sent? */

/** The text without what the server refuses: invisible signs of other programs, halves of characters. */
export function plain(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, "").trim();
}
