/** Does the server know this page, and whom it is shown to? */
import type { Desk } from "./desk";
import type { Memory } from "./memory";
import { PASSING, type Incoming, type Outgoing, type Refusal } from "./protocol";
import { EMPTY } from "./transcript";

export type PageFrame = Extract<Outgoing, { action: "page" }>;
type PageAnswer = Extract<Incoming, { type: "page" }>;

/** What a page says of itself; what is remembered of its visitor is added here. */
export type PageOf = (
  again: boolean,
) => Omit<PageFrame, "action" | "consent" | "memory" | "resume" | "again">;

/** What is said of a view in which something is not as it should be. */
const FAULTS = ["invalid_field", "invalid_text", "too_large"];

export class Arrival {
  readonly #desk: Desk;
  readonly #memory: Memory;
  readonly #page: PageOf;
  #pass: string | undefined;
  /** What the site's server signed for its customer. */
  #identity: string | undefined;
  /** The last view that was said, until it is answered. */
  #asked: PageFrame | undefined;
  #isTold = false;
  #isStale = false;
  /** The server has refused what the page says of cart and data; it may say something else. */
  #isMute = false;

  constructor(desk: Desk, memory: Memory, page: PageOf) {
    this.#desk = desk;
    this.#memory = memory;
    this.#page = page;
  }

  get pass(): string | undefined {
    return this.#pass;
  }

  /** The server knows the page as it is now. */
  get isComplete(): boolean {
    return this.#isTold && !this.#isStale;
  }

  /** The page is another one from now on: the next telling is a page view. */
  turn(): void {
    this.#isTold = false;
  }

  /** The page says something else of itself than it did. */
  refresh(): void {
    this.#isStale = true;
    this.#isMute = false;
    this.follow();
  }

  /** The site vouches for the visitor. */
  identify(identity: string): void {
    this.#identity = identity;
    this.refresh();
  }

  /** The visitor is somebody else, and this is their pass. */
  become(pass: string): void {
    this.#pass = pass;
    this.#memory.put("pass", pass);
  }

  /** Tell what has changed since the page was told. */
  follow(): void {
    if (this.#isStale && !this.#asked) this.tell();
  }

  tell(): void {
    const pass = this.#pass ?? this.#memory.get<string>("pass");
    const { conversation, transcript, buttons } = this.#desk.state;
    const token = conversation?.token;
    // A button is offered to a page view, and told of on the line of that view.
    const again = this.#isTold && Object.keys(buttons).length === 0;
    const view: PageFrame = {
      action: "page",
      ...this.#page(again),
      ...(this.#isMute ? { facts: {} } : {}),
      consent: this.#memory.consent,
      ...(pass === undefined ? {} : { memory: pass }),
      ...(token === undefined ? {} : { resume: { token, after: transcript.settled } }),
      ...(again ? { again } : {}),
      ...(this.#identity === undefined ? {} : { identity: this.#identity }),
    };
    this.#asked = view;
    this.#isStale = false;
    if (!this.#desk.ask(view)) this.broken();
  }

  /** Whether this answers the last view: of two, the first may be answered last. */
  answered({ pass }: PageAnswer, request: Outgoing | undefined): boolean {
    if (request?.action === "page" && request !== this.#asked) return false;
    if (request?.action === "page") this.#asked = undefined;
    this.become(pass);
    this.#isTold = true;
    return true;
  }

  /** Another tab was answered first: this browser's visitor has a name from now on. */
  overheard({ pass }: PageAnswer): void {
    if (this.#memory.get("pass") === undefined) this.#memory.put("pass", pass);
  }

  refused(error: Refusal, request: PageFrame): void {
    if (PASSING.includes(error.code)) return this.#desk.restart();
    console.warn(`vestibule: ${error.code}: ${error.message}`);
    this.#asked = undefined;
    if (error.code === "identity_invalid") {
      this.#identity = undefined;
      return this.tell();
    }
    if (!this.#isMute && FAULTS.includes(error.code)) {
      this.#isMute = true;
      return this.tell();
    }
    // What we remember may be too old to be believed: once more, as a stranger.
    if (request.memory === undefined && request.resume === undefined) return;
    this.#pass = undefined;
    this.#memory.put("pass", undefined);
    this.#isTold = false;
    this.#desk.change({ conversation: undefined, transcript: EMPTY });
    this.tell();
  }

  broken(): void {
    if (this.#asked) this.#isStale = true;
    this.#asked = undefined;
  }
}
