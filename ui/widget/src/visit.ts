/** When did this visit begin, and what was counted in it? As the server ends visits, so do we. */
import type { Memory } from "./memory";

const SILENCE_ENDS_A_VISIT = 30 * 60_000;

interface Kept {
  readonly startedAt: number;
  readonly seenAt: number;
  readonly events: Readonly<Record<string, number>>;
}

export class Visit {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get startedAt(): number {
    return this.#kept().startedAt;
  }

  get events(): readonly (readonly [string, number])[] {
    return Object.entries(this.#kept().events);
  }

  /** A page was opened: the visit goes on, or the next one begins. */
  turn(): void {
    const now = Date.now();
    const kept = this.#kept();
    const goesOn = now - kept.seenAt <= SILENCE_ENDS_A_VISIT;
    this.#memory.put("visit", goesOn ? { ...kept, seenAt: now } : begun(now));
  }

  count(event: string): void {
    const kept = this.#kept();
    const events = { ...kept.events, [event]: (kept.events[event] ?? 0) + 1 };
    this.#memory.put("visit", { ...kept, seenAt: Date.now(), events });
  }

  #kept(): Kept {
    return this.#memory.get<Kept>("visit") ?? begun(Date.now());
  }
}

function begun(now: number): Kept {
  return { startedAt: now, seenAt: now, events: {} };
}
