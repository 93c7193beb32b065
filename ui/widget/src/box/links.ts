/** Which parts of a text are addresses that may be followed? Pure: nothing is made of them here. */

export interface Piece {
  readonly text: string;
  readonly href?: string;
}

// No blank, no quotation mark, and nothing that would write the address backwards on the screen.
const PART = String.raw`[^\s<>"\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]`;
const ADDRESS = new RegExp(
  String.raw`\bhttps?://${PART}+|\bwww\.${PART}+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+`,
  "gi",
);
/** What ends a sentence rather than an address. */
const ENDING = /[.,;:!?'’»…)\]}]$/;
const OPENS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** The text in pieces, in order; put together they are the text again. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = hrefOf(address);
    if (href === undefined) continue;
    if (match.index > end) found.push({ text: text.slice(end, match.index) });
    found.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) found.push({ text: text.slice(end) });
  return found;
}

function trimmed(address: string): string {
  let kept = address;
  while (ENDING.test(kept) && !closes(kept)) kept = kept.slice(0, -1);
  return kept;
}

/** Whether the last bracket belongs to the address: it was opened in it. */
function closes(address: string): boolean {
  const last = address.at(-1)!;
  const opening = OPENS[last];
  if (opening === undefined) return false;
  return address.split(opening).length >= address.split(last).length;
}

function hrefOf(address: string): string | undefined {
  const isWeb = /^(https?:|www\.)/i.test(address);
  if (!isWeb) return `mailto:${address}`;
  const whole = /^www\./i.test(address) ? `https://${address}` : address;
  if (!URL.canParse(whole)) return undefined;
  const { href, username, password } = new URL(whole);
  // A name before an @ pretends to be the host.
  return username || password ? undefined : href;
}
