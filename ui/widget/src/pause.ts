/** How does a part of the work wait for its turn? */

/** By default only as long as the page has other work: a slow machine is never held up for long. */
export function pause(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
