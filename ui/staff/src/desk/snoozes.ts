/** Until when can a conversation be snoozed? */

import type { SnoozeEnd } from "./actions";

export const USUAL = [
  { words: "3 hours", seconds: 3 * 3_600 },
  { words: "24 hours", seconds: 24 * 3_600 },
] as const;

const LEAST = 60_000;
const MOST = 30 * 86_400_000;

/** The end that a date field names in local time, or what is wrong with it. */
export function endOf(
  field: string,
  now: number,
): { readonly end: SnoozeEnd } | { readonly problem: string } {
  const at = Date.parse(field);
  if (Number.isNaN(at)) return { problem: "Choose a day and a time." };
  if (at < now + LEAST) return { problem: "Choose a moment to come." };
  if (at > now + MOST) return { problem: "30 days is the longest." };
  return { end: { until: new Date(at).toISOString().replace(/\.\d+Z$/, "Z") } };
}

/** A moment as a date field spells it: local time, to the minute. */
export function fieldOf(moment: number): string {
  const shifted = moment - new Date(moment).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 16);
}
