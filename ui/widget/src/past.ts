/**
 * What did this visitor and the site say to each other before this conversation?
 *
 * We keep how to ask for the last few conversations that are over, not their words: those are
 * fetched when the box is opened, the newest conversation first.
 */
import type { Desk } from "./desk";
import type { Memory } from "./memory";
import type { Conversation, Incoming, Message } from "./protocol";

interface Former {
  readonly id: string;
  readonly token: string;
}

const MOST = 3;

export class Past {
  readonly #desk: Desk;
  readonly #memory: Memory;
  /** Those of earlier pages, the newest last. */
  #unread: Former[];
  #asked = false;
  #pages: Message[] = [];

  constructor(desk: Desk, memory: Memory) {
    this.#desk = desk;
    this.#memory = memory;
    this.#unread = [...this.#known()];
  }

  /** This conversation has made room for another. */
  left({ id, token }: Conversation): void {
    if (!id || token === undefined) return;
    const others = this.#known().filter((former) => former.id !== id);
    this.#memory.put("former", [...others, { id, token }].slice(-MOST));
  }

  /** Ask for what is missing, while somebody reads. */
  follow(): void {
    const former = this.#unread.at(-1);
    if (!former || this.#asked || !this.#desk.ready || !this.#desk.state.open) return;
    const after = this.#pages.at(-1)?.number ?? 0;
    this.#asked = this.#desk.ask({ action: "resume", token: former.token, after });
  }

  /** Whether this is of a conversation that we have asked for. */
  heard(frame: Extract<Incoming, { type: "messages" }>): boolean {
    if (!this.#asked || frame.conversation !== this.#unread.at(-1)?.id) return false;
    this.#asked = false;
    this.#pages.push(...frame.items);
    const reached = this.#pages.at(-1)?.number ?? 0;
    if (frame.items.length === 0 || reached >= frame.last) this.#turn();
    else this.follow();
    return true;
  }

  /** Whether it was ours that the server refused: what is gone is not asked for again. */
  refused(token: string): boolean {
    const former = this.#unread.at(-1);
    if (!this.#asked || former?.token !== token) return false;
    this.#asked = false;
    const left = this.#known().filter(({ id }) => id !== former.id);
    this.#memory.put("former", left.length > 0 ? left : undefined);
    this.#turn();
    return true;
  }

  broken(): void {
    this.#asked = false;
  }

  #turn(): void {
    const { past } = this.#desk.state;
    const found = this.#pages;
    this.#pages = [];
    this.#unread.pop();
    this.#desk.change({ past: [...found, ...past] });
  }

  #known(): readonly Former[] {
    return this.#memory.get<Former[]>("former") ?? [];
  }
}
