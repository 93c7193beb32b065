/** Who is writing at this moment? Each side is told from time to time, and forgets by itself. */
import type { Desk, Timer } from "./desk";
import { isTalking } from "./state";

const LASTS = 6_000;
const SAID_EVERY = 3_000;

export class Typing {
  readonly #desk: Desk;
  #saidAt = -SAID_EVERY;
  #end: Timer;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The visitor has touched the draft, at this moment (ms). */
  say(now: number): void {
    const { state } = this.#desk;
    const token = state.conversation?.token;
    if (!state.draft || !token || !isTalking(state) || now - this.#saidAt < SAID_EVERY) return;
    this.#saidAt = now;
    this.#desk.tell({ action: "typing", token });
  }

  /** The other side is writing. */
  heard(): void {
    this.stop();
    this.#end = setTimeout(() => this.#desk.change({ typing: undefined }), LASTS);
  }

  stop(): void {
    clearTimeout(this.#end);
  }
}
