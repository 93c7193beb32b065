/** What carries frames between this page and the server, whoever holds the socket? */
import type { Incoming, Outgoing } from "./protocol";

export type Request = Outgoing & { readonly id?: string };

export interface Line {
  readonly isOpen: boolean;
  open(): void;
  /** Send if the line is open; false otherwise. */
  send(frame: Request): boolean;
  /** Let the other pages of this line hear what the server tells only to other sockets. */
  share(frame: Incoming): void;
  /** The page is looked at again, or the network has changed: do not wait, and do not trust. */
  wake(): void;
  /** The line does not answer: give it up for a new one. */
  restart(): void;
  stop(): void;
}

export interface LineEvents {
  /** Whether a break may last until somebody looks at the page again. */
  readonly maySleep: () => boolean;
  readonly onOpen: () => void;
  readonly onBreak: () => void;
  readonly onFrame: (frame: Incoming) => void;
}
