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

  /** `onSilence` is called when a request stays without an answer. */
  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
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

  clear(): void {
    for (const { patience } of this.#open.values()) clearTimeout(patience);
    this.#open.clear();
  }
}

function isLetter(frame: Outgoing): frame is Extract<Outgoing, { client_id: string }> {
  return "client_id" in frame;
}
