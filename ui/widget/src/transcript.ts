/**
 * Which messages do we hold, in which order, and is one missing?
 *
 * Pushes may be lost, doubled and reordered; the numbers are the truth. What follows a gap is held
 * back until the gap is filled, so that nobody reads an answer before its question.
 */
import type { Message } from "./protocol";

export interface Transcript {
  /** Messages up to `settled`, in order: what may be shown. */
  readonly items: readonly Message[];
  /** Messages beyond a gap. */
  readonly held: readonly Message[];
  /** Nothing up to this number is missing. */
  readonly settled: number;
  /** The highest number known to exist. */
  readonly last: number;
}

export const EMPTY: Transcript = { items: [], held: [], settled: 0, last: 0 };

/** Whether something that exists has not come. */
export function isBehind(transcript: Transcript): boolean {
  return transcript.last > transcript.settled;
}

/** Take one message in, however often and in whatever order it comes. */
export function add(transcript: Transcript, message: Message): Transcript {
  if (message.number <= transcript.settled) {
    return { ...transcript, items: placed(transcript.items, message) };
  }
  return settle({ ...transcript, held: placed(transcript.held, message) }, transcript.settled);
}

/** Learn that messages exist up to `last`. */
export function know(transcript: Transcript, last: number): Transcript {
  return last > transcript.last ? { ...transcript, last } : transcript;
}

/**
 * Take in the answer to "what came after …?".
 *
 * The answer is authoritative: a number that it skips is not for us to see. A page that ends
 * before `last` leaves us behind, and the next question starts where it ended. An answer to
 * somebody who knew more than we do leaves open what it does not speak of.
 */
export function fill(
  transcript: Transcript,
  after: number,
  items: readonly Message[],
  last: number,
): Transcript {
  if (after > transcript.settled) return know(items.reduce(add, transcript), last);
  const reached = items.reduce((highest, item) => Math.max(highest, item.number), 0);
  const settled = items.length === 0 || reached >= last ? last : reached;
  const held = items.reduce(placed, transcript.held);
  return settle(know({ ...transcript, held }, last), Math.max(settled, transcript.settled));
}

function settle(transcript: Transcript, upTo: number): Transcript {
  let settled = upTo;
  const held: Message[] = [];
  let items = transcript.items;
  for (const message of transcript.held) {
    if (message.number <= settled + 1) {
      settled = Math.max(settled, message.number);
      items = placed(items, message);
    } else {
      held.push(message);
    }
  }
  const highest = held.at(-1)?.number ?? settled;
  return { items, held, settled, last: Math.max(transcript.last, highest, settled) };
}

/** The messages with this one in its place; a second copy replaces the first. */
function placed(messages: readonly Message[], message: Message): readonly Message[] {
  const before = messages.filter((other) => other.number < message.number);
  const after = messages.filter((other) => other.number > message.number);
  return [...before, message, ...after];
}
