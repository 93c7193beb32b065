/** What did we ask that has not been answered? */
import { ANSWER_LIMIT } from "./desk";
import type { Incoming, Outgoing } from "./protocol";

interface Request {
  readonly frame: Outgoing;
  readonly patience?: ReturnType<typeof setTimeout>;
}

export class Requests {
  readonly #open = new Map<string, Request>();
  readonly #onSilence: () => void;
  /** What the ids of this page's requests begin with: other tabs may share its line. */
  readonly #mark: string;
  #count = 0;

  /** `onSilence` is called when a request stays without an answer. */
  constructor(mark: string, onSilence: () => void) {
    this.#mark = `${mark}-`;
    this.#onSilence = onSilence;
  }

  nextId(): string {
    return `${this.#mark}${(this.#count += 1)}`;
  }

  /** Whether this frame answers what another tab has asked. */
  isForeign({ id }: Incoming): boolean {
    return id !== undefined && !id.startsWith(this.#mark);
  }

  has(action: Outgoing["action"]): boolean {
    return [...this.#open.values()].some(({ frame }) => frame.action === action);
  }

  /** A message is answered by its acknowledgement, for which the courier waits. */
  add(id: string, frame: Outgoing): void {
    if (isLetter(frame)) return void this.#open.set(id, { frame });
    const patience = setTimeout(() => {
      this.#open.delete(id);
      this.#onSilence();
    }, ANSWER_LIMIT);
    this.#open.set(id, { frame, patience });
  }

  /** The request that this frame answers, by its id or by the message it speaks of. */
  answered(frame: Incoming): Outgoing | undefined {
    const client_id = "client_id" in frame ? frame.client_id : undefined;
    for (const [id, request] of this.#open) {
      const asked = request.frame;
      const same = isLetter(asked) && asked.client_id === client_id;
      if (id !== frame.id && !same) continue;
      clearTimeout(request.patience);
      this.#open.delete(id);
      return asked;
    }
    return undefined;
  }

  /** Nobody will answer any more; returns what was asked. */
  clear(): Outgoing[] {
    const asked = [...this.#open.values()];
    for (const { patience } of asked) clearTimeout(patience);
    this.#open.clear();
    return asked.map(({ frame }) => frame);
  }
}

function isLetter(frame: Outgoing): frame is Extract<Outgoing, { client_id: string }> {
  return "client_id" in frame;
}
