/** In which order do the messages of a conversation stand, and is one missing?
 *
 * The server numbers them 1, 2, 3, …; pushes may come late, twice, or never. What follows without a
 * gap is shown; what came too early is held until the gap is filled.
 */

import type { Message } from "../protocol";

export interface Thread {
  /** Shown, in order of number. */
  readonly messages: readonly Message[];
  /** Came too early: at least one message before them is missing. */
  readonly held: readonly Message[];
  /** Everything up to this number is here. */
  readonly through: number;
  /** The server's list was read to its end at least once. */
  readonly loaded: boolean;
}

export const emptyThread: Thread = { messages: [], held: [], through: 0, loaded: false };

/** The thread with pushed messages; one that is already here changes nothing. */
export function withPushed(thread: Thread, pushed: readonly Message[]): Thread {
  const known = numbers(thread);
  const fresh = pushed.filter((message) => !known.has(message.number));
  return fresh.length === 0 ? thread : settle(thread, fresh, thread.through);
}

/** The thread with what the server lists after `after`, which has no hole: numbers absent there are no more. */
export function withListed(
  thread: Thread,
  listed: readonly Message[],
  after: number,
  complete: boolean,
): Thread {
  const known = numbers(thread);
  const fresh = listed.filter((message) => !known.has(message.number));
  const last = Math.max(after, ...listed.map((message) => message.number));
  const through = after <= thread.through ? Math.max(thread.through, last) : thread.through;
  const settled = settle(thread, fresh, through);
  return complete && !settled.loaded ? { ...settled, loaded: true } : settled;
}

/** Something is missing that only the server can give. */
export function hasGap(thread: Thread): boolean {
  return thread.held.length > 0;
}

function settle(thread: Thread, fresh: readonly Message[], through: number): Thread {
  const all = [...thread.messages, ...thread.held, ...fresh].sort((a, b) => a.number - b.number);
  let reached = through;
  for (const message of all) {
    if (message.number === reached + 1) reached = message.number;
  }
  return {
    messages: all.filter((message) => message.number <= reached),
    held: all.filter((message) => message.number > reached),
    through: reached,
    loaded: thread.loaded,
  };
}

function numbers(thread: Thread): Set<number> {
  return new Set([...thread.messages, ...thread.held].map((message) => message.number));
}
