/** Can a text be read on a ground? Colours are written #RRGGBB, as authors give them. */

/** What WCAG asks of text at the usual size. */
export const ENOUGH = 4.5;

const BLACK = "#000000";
const WHITE = "#ffffff";

/** How far apart two colours are: from 1, the same, to 21, black and white. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

/** The text's colour where it can be read on this ground, else black or white. */
export function legible(ground: string, text: string | undefined): string {
  if (text && contrast(ground, text) >= ENOUGH) return text;
  return contrast(ground, WHITE) >= contrast(ground, BLACK) ? WHITE : BLACK;
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
