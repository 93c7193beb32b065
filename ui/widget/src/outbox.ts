/**
 * Which messages has the visitor written that the server has not acknowledged?
 *
 * A letter stays until its acknowledgement, over broken sockets and (with FULL consent) over
 * reloads; it is always sent with the same client id, so the server stores it once. One letter
 * travels at a time: messages of one socket may be handled at the same time, and order matters.
 * A letter of another tab is left to that tab, unless it stays so long that the tab must be gone.
 */
import type { Memory } from "./memory";
import type { Attachment } from "./protocol";

export interface Letter {
  readonly client_id: string;
  readonly text: string;
  readonly written_at: string;
  readonly attachments?: readonly Attachment[];
  /** The code of the refusal, when the server refused it. */
  readonly refused?: string;
}

const PREFIX = "outbox.";
/** A letter of another tab that is not gone by then is ours to send. */
export const ADOPTED_AFTER = 20_000;

export class Outbox {
  readonly #memory: Memory;
  #travelling: string | undefined;
  readonly #tries = new Map<string, number>();
  /** The letters of other tabs, and since when we know of them. */
  readonly #foreign = new Map<string, number>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** All letters, the oldest first. */
  get letters(): readonly Letter[] {
    return this.#memory
      .under<Letter>(PREFIX)
      .sort((a, b) => compare(a.written_at, b.written_at) || compare(a.client_id, b.client_id));
  }

  /** The letter under way. */
  get travelling(): Letter | undefined {
    return this.letters.find((letter) => letter.client_id === this.#travelling);
  }

  /** This moment, or one later than all letters if the clock was set back meanwhile. */
  after(now: Date): Date {
    const last = Date.parse(this.letters.at(-1)?.written_at ?? "");
    return last >= now.getTime() ? new Date(last + 1) : now;
  }

  add(letter: Letter): void {
    this.#memory.put(PREFIX + letter.client_id, letter);
  }

  /** Take the next letter to send; undefined while one is under way or when none is left. */
  next(): Letter | undefined {
    if (this.travelling) return undefined;
    const letter = this.letters.find((candidate) => !candidate.refused && this.#isOurs(candidate));
    this.#travelling = letter?.client_id;
    return letter;
  }

  /** Another tab keeps this under the key now, or keeps nothing there; whether it is a letter. */
  heardOf(key: string): boolean {
    if (!key.startsWith(PREFIX)) return false;
    const client_id = key.slice(PREFIX.length);
    if (!this.#find(client_id)) this.#foreign.delete(client_id);
    else if (!this.#foreign.has(client_id)) this.#foreign.set(client_id, performance.now());
    return true;
  }

  /** The server has it (or it was taken back): returns the letter, if it was here. */
  settle(client_id: string): Letter | undefined {
    const letter = this.#find(client_id);
    this.#memory.put(PREFIX + client_id, undefined);
    this.#tries.delete(client_id);
    if (this.#travelling === client_id) this.#travelling = undefined;
    return letter;
  }

  /** The server will not take it: keep it for the visitor to decide. */
  refuse(client_id: string, code: string): void {
    const letter = this.#find(client_id);
    if (letter) this.add({ ...letter, refused: code });
    if (this.#travelling === client_id) this.#travelling = undefined;
  }

  /** The server was too busy for this letter: it may travel again; returns the tries so far. */
  postpone(client_id: string): number {
    const tries = (this.#tries.get(client_id) ?? 0) + 1;
    this.#tries.set(client_id, tries);
    if (this.#travelling === client_id) this.#travelling = undefined;
    return tries;
  }

  retry(client_id: string): void {
    const letter = this.#find(client_id);
    if (!letter) return;
    this.#tries.delete(client_id);
    const { refused: _, ...again } = letter;
    this.add(again);
  }

  /** The socket broke: whatever was under way must be sent again. */
  lost(): void {
    this.#travelling = undefined;
  }

  #isOurs({ client_id }: Letter): boolean {
    const since = this.#foreign.get(client_id);
    return since === undefined || performance.now() - since >= ADOPTED_AFTER;
  }

  #find(client_id: string): Letter | undefined {
    return this.#memory.get<Letter>(PREFIX + client_id);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
