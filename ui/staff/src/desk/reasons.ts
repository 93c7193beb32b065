/** How are the words of a decision record said to people? */

const REASONS: Readonly<Record<string, string>> = {
  eligible: "Could take it",
  offline: "Offline",
  lease_expired: "Connection lost",
  away: "Away",
  full: "No free slot",
  language: "Another language",
  not_a_member: "Not in the group",
  already_offered: "Had it before",
  queue_first: "Slot belongs to the queue",
  lost_a_race: "Slot was just taken",
};

const EVENTS: Readonly<Record<string, string>> = {
  start: "It began",
  queue: "Its turn came",
  take: "Taken by hand",
  transfer: "Transferred",
  answer_timeout: "Not answered in time",
  overflow: "Another group was asked too",
  handed_back: "Handed back",
};

export function reasonWords(reason: string): string {
  return REASONS[reason] ?? spelt(reason);
}

export function eventWords(event: string): string {
  return EVENTS[event] ?? spelt(event);
}

/** A word that this page does not know yet is shown as it is, readable. */
function spelt(word: string): string {
  const words = word.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
