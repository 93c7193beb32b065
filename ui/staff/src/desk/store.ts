/** Where does the state live, and who hears of a change? */

import { reduce, type Event, type State } from "./state";

export class Store {
  private readonly listeners = new Set<(event: Event, before: State) => void>();

  constructor(private current: State) {}

  readonly state = (): State => this.current;

  /** Hear of every change; the answer stops it. */
  readonly subscribe = (listener: (event: Event, before: State) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly dispatch = (event: Event): void => {
    const before = this.current;
    this.current = reduce(before, event);
    if (this.current === before) return;
    for (const listener of this.listeners) listener(event, before);
  };
}
