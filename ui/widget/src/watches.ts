/** Which of the server's questions has this page answered? */
import type { Facts, Watch } from "./protocol";

type Test = (seen: unknown, wanted: unknown) => boolean;

const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);

const TESTS: Record<string, Test> = {
  gte: (seen, wanted) => number(seen) >= number(wanted),
  gt: (seen, wanted) => number(seen) > number(wanted),
  lte: (seen, wanted) => number(seen) <= number(wanted),
  lt: (seen, wanted) => number(seen) < number(wanted),
  eq: (seen, wanted) => seen === wanted,
  is: (seen, wanted) => seen === wanted,
  ne: (seen, wanted) => seen !== undefined && seen !== wanted,
  between: (seen, wanted) =>
    Array.isArray(wanted) && number(seen) >= number(wanted[0]) && number(seen) <= number(wanted[1]),
  present: (seen) => seen !== undefined,
};

/** Whether what the page has seen answers the watch; an operator we do not know never does. */
export function holds(watch: Watch, facts: Facts): boolean {
  return TESTS[watch.op]?.(seenOf(watch.fact, facts), watch.value) ?? false;
}

/** What has not happened has happened no times: that answers a question too. */
function seenOf(fact: string, facts: Facts): unknown {
  if (facts[fact] !== undefined) return facts[fact];
  if (fact.startsWith("event.")) return 0;
  return fact === "page.exit_intent" ? false : undefined;
}

/**
 * Milliseconds until a fact that grows by one each second can answer a watch; undefined when time
 * alone never will.
 */
export function untilDue(watch: Watch, seconds: number): number | undefined {
  const wanted = Array.isArray(watch.value) ? number(watch.value[0]) : number(watch.value);
  const threshold = watch.op === "gt" ? Math.floor(wanted) + 1 : wanted;
  if (!["gte", "gt", "eq", "between"].includes(watch.op) || !(threshold >= 0)) return undefined;
  return Math.max(0, (threshold - seconds) * 1000);
}

/** The watches of one page view: each is answered once, however often it is asked. */
export class Watches {
  #asked: readonly Watch[] = [];
  #answered = new Set<string>();
  #said: Facts = {};

  get open(): readonly Watch[] {
    return this.#asked.filter((watch) => !this.#answered.has(name(watch)));
  }

  ask(watches: readonly Watch[]): void {
    this.#asked = watches;
  }

  /** What was reported may not have arrived: it is said again. */
  unheard(): void {
    this.#answered = new Set();
  }

  /** A new page: nothing has been asked or answered on it. */
  turn(): void {
    this.#asked = [];
    this.#answered = new Set();
    this.#said = {};
  }

  /**
   * What to report now, if anything new can be: all that this page view has answered so far, since
   * the server keeps nothing of it.
   */
  answer(facts: Facts): Facts | undefined {
    const due = this.open.filter((watch) => holds(watch, facts));
    if (due.length === 0) return undefined;
    for (const watch of due) this.#answered.add(name(watch));
    const told = [...Object.keys(this.#said), ...due.map((watch) => watch.fact)];
    this.#said = Object.fromEntries(told.map((fact) => [fact, seenOf(fact, facts)]));
    return this.#said;
  }
}

function name(watch: Watch): string {
  return JSON.stringify([watch.fact, watch.op, watch.value]);
}
