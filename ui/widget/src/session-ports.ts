/** What does a session need of the page and the browser it is in? */
import type { PageOf } from "./arrival";
import type { Line, LineEvents } from "./line";
import type { Memory } from "./memory";
import type { Watch } from "./protocol";
import type { State } from "./state";

export interface SessionPorts {
  readonly memory: Memory;
  readonly line: (events: LineEvents) => Line;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Whether the visitor can see the page now. */
  readonly isSeen: () => boolean;
  readonly page: PageOf;
  /** Whether the box may stand open on a new page because it did on the last. */
  readonly mayReopen: () => boolean;
  /** The state has changed: draw it, and tell whoever listens. */
  readonly onState: (state: State, former: State) => void;
  readonly onWatches: (watches: readonly Watch[]) => void;
  /** What the page reported may not have been heard. */
  readonly onUnheard: () => void;
}
