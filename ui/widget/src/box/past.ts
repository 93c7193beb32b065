/**
 * What did this visitor and the site say to each other before this conversation?
 *
 * The browser keeps how to ask for the last few conversations that are over, not their words: those
 * are fetched when the box is opened, the newest conversation first.
 */
import type { Incoming, Message, Outgoing } from "../protocol";
import type { Session } from "../session";
import type { Former, State } from "../state";

const MOST = 3;
/** Of any other refusal the session knows what to do. */
const GONE = ["not_found", "expired_token", "invalid_token", "unauthenticated", "forbidden"];

export class Past {
  readonly #session: Session;
  /** Those of earlier pages, the newest last. */
  readonly #unread: Former[];
  #present: Former | undefined;
  #asked: Outgoing | undefined;
  #pages: Message[] = [];

  constructor(session: Session) {
    this.#session = session;
    this.#unread = [...session.state.formers];
    session.overhear((frame, request) => this.#heard(frame, request));
  }

  /** Notice which conversation has made room for another, and ask for what is missing. */
  draw(state: State, open: boolean): void {
    const left = this.#present;
    const { id, token } = state.conversation ?? {};
    this.#present = id && token !== undefined ? { id, token } : undefined;
    if (left && left.id !== id) {
      const others = state.formers.filter((former) => former.id !== left.id);
      this.#session.change({ formers: [...others, left].slice(-MOST) });
    }
    if (!state.online) this.#asked = undefined;
    if (open) this.#ask();
  }

  #ask(): void {
    const former = this.#unread.at(-1);
    if (!former || this.#asked || !this.#session.ready) return;
    const after = this.#pages.at(-1)?.number ?? 0;
    const question: Outgoing = { action: "resume", token: former.token, after };
    if (this.#session.ask(question)) this.#asked = question;
  }

  /** Whether this answers our question. */
  #heard(frame: Incoming, request: Outgoing | undefined): boolean {
    if (!this.#asked || request?.action !== "resume") return false;
    if (request.token !== this.#unread.at(-1)?.token) return false;
    if (frame.type === "messages") this.#took(frame.items, frame.last);
    else if (frame.type === "error" && GONE.includes(frame.code)) this.#refused();
    else return false;
    return true;
  }

  #took(items: readonly Message[], last: number): void {
    this.#asked = undefined;
    this.#pages.push(...items);
    const reached = this.#pages.at(-1)?.number ?? 0;
    if (items.length > 0 && reached < last) return this.#ask();
    const token = this.#unread.pop()?.token;
    const found = this.#pages.map((message) => ({ ...message, token }));
    this.#pages = [];
    this.#session.change({ past: [...found, ...this.#session.state.past] });
  }

  /** What is gone is not asked for again. */
  #refused(): void {
    this.#asked = undefined;
    this.#pages = [];
    const gone = this.#unread.pop();
    const formers = this.#session.state.formers.filter(({ id }) => id !== gone?.id);
    this.#session.change({ formers });
  }
}
