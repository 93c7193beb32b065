/** What does the visitor do on this page? */
import type { Facts, Watch } from "./protocol";
import type { Visit } from "./visit";
import { untilDue } from "./watches";

const ACTIVITY = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"] as const;

export class Observer {
  readonly #onChange: () => void;
  readonly #stop = new AbortController();
  readonly #visit: Visit;
  // On this page time is what has passed; the clock may be set meanwhile.
  #pageStarted = performance.now();
  #lastActive = performance.now();
  #longestIdle = 0;
  #scrolled = 0;
  #leaving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onChange` is called when something other than the time has changed. */
  constructor(visit: Visit, onChange: () => void) {
    this.#visit = visit;
    this.#onChange = onChange;
    const options = { passive: true, capture: true, signal: this.#stop.signal };
    for (const kind of ACTIVITY) addEventListener(kind, () => this.#active(), options);
    addEventListener("scroll", () => this.#scroll(), options);
    document.addEventListener("visibilitychange", onChange, options);
    document.documentElement.addEventListener("mouseleave", (event) => this.#leave(event), options);
    this.#scrolled = scrollPercent();
  }

  get facts(): Facts {
    const now = performance.now();
    const seen: Facts = {
      "page.seconds": seconds(now - this.#pageStarted),
      "visit.seconds": seconds(Date.now() - this.#visit.startedAt),
      "page.idle_seconds": Math.max(this.#longestIdle, seconds(now - this.#lastActive)),
      "page.scroll_percent": this.#scrolled,
    };
    if (this.#leaving) seen["page.exit_intent"] = true;
    for (const [name, count] of this.#visit.events) seen[`event.${name}`] = count;
    return seen;
  }

  /** A custom event of the merchant's page. */
  track(name: string): void {
    this.#visit.count(name);
    this.#onChange();
  }

  /** A new page of a single-page site. */
  turn(): void {
    this.#pageStarted = this.#lastActive = performance.now();
    this.#longestIdle = 0;
    this.#leaving = false;
    this.#scrolled = scrollPercent();
  }

  /** Wake up when time alone will answer one of these. */
  await(watches: readonly Watch[]): void {
    clearTimeout(this.#timer);
    const facts = this.facts;
    const pauses = watches
      .filter((watch) => watch.fact.endsWith("seconds"))
      .map((watch) => untilDue(watch, this.#seconds(watch, facts)))
      .filter((pause) => pause !== undefined);
    if (pauses.length === 0) return;
    // A second is the unit of these facts: sooner would only ask too early, again and again.
    const soonest = Math.min(Math.max(250, Math.min(...pauses)), 2 ** 31 - 1);
    this.#timer = setTimeout(this.#onChange, soonest);
  }

  /** From where the fact counts on: idleness begins anew with every movement. */
  #seconds(watch: Watch, facts: Facts): number {
    if (watch.fact !== "page.idle_seconds") return facts[watch.fact] as number;
    return seconds(performance.now() - this.#lastActive);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  #active(): void {
    this.#longestIdle = Math.max(this.#longestIdle, seconds(performance.now() - this.#lastActive));
    this.#lastActive = performance.now();
  }

  #scroll(): void {
    const percent = scrollPercent();
    if (percent <= this.#scrolled) return;
    this.#scrolled = percent;
    this.#onChange();
  }

  #leave(event: MouseEvent): void {
    if (event.clientY > 0 || this.#leaving) return;
    this.#leaving = true;
    this.#onChange();
  }
}

function seconds(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 1000));
}

function scrollPercent(): number {
  const height = document.documentElement.scrollHeight;
  return height > 0 ? Math.min(100, Math.floor(((scrollY + innerHeight) / height) * 100)) : 100;
}
