/** What may a part of the session use of the whole? */
import type { Incoming, Outgoing } from "./protocol";
import type { State } from "./state";

export interface Desk {
  readonly state: State;
  /** The server knows this line: what belongs to the visitor may be said on it. */
  readonly ready: boolean;
  readonly pass: string | undefined;
  /** Say something that gets an answer; false when the line is broken. */
  ask(frame: Outgoing): boolean;
  /** Say something that gets none. */
  tell(frame: Outgoing): boolean;
  /** Say to the other tabs what the server says to other sockets only. */
  share(frame: Incoming): void;
  change(patch: Partial<State>): void;
  /** The line does not do its work: give it up for a new one. */
  restart(): void;
}

export type Timer = ReturnType<typeof setTimeout> | undefined;

/** How long an answer may take before the line is given up. */
export const ANSWER_LIMIT = 15_000;
