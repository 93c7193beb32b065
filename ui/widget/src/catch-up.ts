/** Have we got everything, and does the other side know what was seen? */
import type { Desk, Timer } from "./desk";
import type { Incoming } from "./protocol";
import { unread } from "./state";
import { isBehind } from "./transcript";

/** Messages on their way overtake each other: a gap gets this long to close by itself. */
const HOLD = 2_000;

export class CatchUp {
  readonly #desk: Desk;
  readonly #isSeen: () => boolean;
  #gap: Timer;
  #asked: number | undefined;
  /** The last number that the server knows to be seen, as far as we know. */
  #told = 0;

  constructor(desk: Desk, isSeen: () => boolean) {
    this.#desk = desk;
    this.#isSeen = isSeen;
  }

  /** Look at the state, and do what it asks for. */
  follow(): void {
    this.#markSeen();
    if (!isBehind(this.#desk.state.transcript)) this.#stopWaiting();
    else if (this.#gap === undefined && this.#asked === undefined) {
      this.#gap = setTimeout(() => this.now(), HOLD);
    }
  }

  /** Ask for what is missing without waiting for it. */
  now(): void {
    this.#stopWaiting();
    if (isBehind(this.#desk.state.transcript)) this.#resume();
  }

  /** The answer has been taken in: go on with the next page of it, if there is one. */
  answered(): void {
    const former = this.#asked;
    this.#asked = undefined;
    if (former !== undefined && this.#desk.state.transcript.settled > former) this.now();
    this.follow();
  }

  /** There will be no answer on this line; the next one asks again. */
  refused(): void {
    this.#stopWaiting();
  }

  /** The conversation is over, and may have ended with words that we have not seen. */
  toTheEnd(): void {
    this.#stopWaiting();
    this.#resume();
  }

  /** Learn how far the server knows the visitor to have read. */
  heard(frame: Incoming): void {
    if (frame.type === "read" && frame.by === "visitor") this.#told = frame.number;
    if (frame.type !== "page" && frame.type !== "conversation") return;
    if (frame.conversation) this.#told = frame.conversation.visitor_seen ?? 0;
  }

  broken(): void {
    this.#stopWaiting();
    this.#asked = undefined;
  }

  #resume(): void {
    const { state, ready } = this.#desk;
    const token = state.conversation?.token;
    if (!ready || token === undefined) return;
    const after = state.transcript.settled;
    if (this.#desk.ask({ action: "resume", token, after })) this.#asked = after;
  }

  #stopWaiting(): void {
    clearTimeout(this.#gap);
    this.#gap = undefined;
  }

  #markSeen(): void {
    const { state, ready } = this.#desk;
    const { conversation, transcript, open } = state;
    const { id, token, visitor_seen = 0 } = conversation ?? {};
    if (!ready || !conversation || !id || !token) return;
    const isReading = open && this.#isSeen() && unread(state) > 0;
    const number = isReading ? transcript.settled : visitor_seen;
    if (number <= this.#told) return;
    this.#told = number;
    this.#desk.tell({ action: "read", token, number });
    this.#desk.share({ type: "read", conversation: id, number, by: "visitor" });
    if (isReading) this.#desk.change({ conversation: { ...conversation, visitor_seen: number } });
  }
}
