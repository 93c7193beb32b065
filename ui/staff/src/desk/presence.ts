/** Is the agent there, and in which status? A lease, renewed as long as this page lives. */

import type { Clock } from "../clock";
import { Unanswered, type Link } from "../connection/link";
import { numberIn, statusOf, textIn, type Status } from "../protocol";
import { mine } from "./select";
import type { Store } from "./store";

/** The server's lease is three times as long. */
const BEAT = 25_000;

export class Presence {
  private cancel: () => void = () => undefined;
  /** The person chose a status that the server has not confirmed yet. */
  private unconfirmed = true;
  /** What the server counted last. */
  private counted = 0;

  constructor(
    private readonly store: Store,
    private readonly link: Link,
    private readonly clock: Clock,
    /** The server refused; the sentence is for the person, if they just asked for something. */
    private readonly onRefused: (problem: string | null) => void,
    /** The server counts other conversations of ours than we show: a push was lost. */
    private readonly onMiscounted: () => void,
  ) {}

  choose(status: Status): void {
    this.store.dispatch({ type: "status", status });
    this.unconfirmed = true;
    void this.beat(true);
  }

  renew(): void {
    void this.beat(false);
  }

  leave(): void {
    this.link.tell({ action: "presence", status: "offline" });
  }

  stop(): void {
    this.cancel();
  }

  /** Renew now and every 25 s; a server that does not answer is a dead connection. */
  private async beat(chosen: boolean): Promise<void> {
    this.cancel();
    this.cancel = this.clock.after(BEAT, () => this.renew());
    if (this.store.state().link.kind !== "open") return;
    // A mere renewal names no status: another tab may have changed it since.
    const told = this.unconfirmed ? this.store.state().status : null;
    try {
      const answer = await this.link.ask({
        action: "presence",
        ...(told === null ? {} : { status: told }),
      });
      this.confirm(told, statusOf(textIn(answer, "status")));
      this.compare(numberIn(answer, "active"));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      if (error.kind === "late") this.link.drop();
      if (error.kind === "refused") {
        this.onRefused(chosen ? `Your status was not changed: ${error.message}.` : null);
      }
    }
  }

  /** Once for each number: conversations on other sites count too, and are not shown here. */
  private compare(active: number): void {
    const differs = active !== this.counted && active !== mine(this.store.state()).length;
    this.counted = active;
    if (differs) this.onMiscounted();
  }

  private confirm(told: Status | null, answered: Status | null): void {
    if (told === this.store.state().status) this.unconfirmed = false;
    if (answered !== null && !this.unconfirmed) {
      this.store.dispatch({ type: "status", status: answered });
    }
  }
}
