/** How long before the next try? */

const SHORTEST = 1_000;
const LONGEST = 30_000;

/**
 * Full jitter between one second and a ceiling that doubles with every try, at most thirty
 * seconds: a thousand widgets that lost one server do not return in the same second.
 */
export function backoff(attempt: number, chance: number): number {
  const ceiling = Math.min(LONGEST, SHORTEST * 2 ** (Math.min(attempt, 10) + 1));
  return Math.round(SHORTEST + chance * (ceiling - SHORTEST));
}
