/** How does the page stay connected? One socket at a time, found again after every loss.
 *
 * Nothing here knows what a frame means, but for `bye`. A frame that answers one of ours (same `id`)
 * settles the promise of `ask`; every other frame goes to `onFrame`.
 */

import { backoff, type Clock } from "../clock";
import { frameOf, numberIn, textIn, type Frame, type Json } from "../protocol";
import { Refusal } from "./rest";

export type LinkState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly until: number; readonly why: string | null };

/** Why an `ask` has no answer: the socket went, nobody answered, or the server said no. */
export class Unanswered extends Error {
  constructor(
    readonly kind: "lost" | "late" | "refused",
    readonly code: string,
    message: string,
    readonly retryAfter: number,
  ) {
    super(message);
  }
}

export type Socket = Pick<
  WebSocket,
  "send" | "close" | "onopen" | "onmessage" | "onclose"
>;

export interface LinkParts {
  /** A fresh address with a one-use ticket. */
  readonly address: () => Promise<string>;
  readonly open: (address: string) => Socket;
  readonly clock: Clock;
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (state: LinkState) => void;
}

interface Question {
  readonly answer: (frame: Frame) => void;
  readonly fail: (why: Unanswered) => void;
}

const OPENING = 15_000;
const ANSWER = 10_000;
const REFUSED = 30_000;
const MINUTE = 60_000;
/** The gateway ends a connection after two hours: replace it well before. */
const LIFETIME = 105 * MINUTE;
const OVERLAP = 5_000;

export class Link {
  private state: LinkState = { kind: "idle" };
  private socket: Socket | null = null;
  private tries = 0;
  private nextId = 0;
  /** Rises at every start of a connection, so that a late answer of an older one is recognised. */
  private round = 0;
  private cancelWait: () => void = () => undefined;
  private cancelRenewal: () => void = () => undefined;
  private readonly questions = new Map<string, Question>();

  constructor(private readonly parts: LinkParts) {}

  start(): void {
    if (this.state.kind === "idle") void this.connect();
  }

  stop(): void {
    this.round += 1;
    this.cancelWait();
    this.cancelRenewal();
    const socket = this.socket;
    this.socket = null;
    this.become({ kind: "idle" });
    this.forgetQuestions();
    if (socket !== null) close(socket);
  }

  /** The network came back, or somebody looks again: do not wait for the timer. */
  hurry(): void {
    if (this.state.kind !== "waiting") return;
    this.cancelWait();
    void this.connect();
  }

  /** The socket seems dead though nobody closed it: leave it and connect again. */
  drop(): void {
    if (this.state.kind !== "open" || this.socket === null) return;
    const socket = this.socket;
    this.lose(socket, 0);
    close(socket);
  }

  /** Send and forget; false when there is no connection. */
  tell(frame: Json): boolean {
    if (this.state.kind !== "open" || this.socket === null) return false;
    try {
      this.socket.send(JSON.stringify(frame));
      return true;
    } catch {
      return false;
    }
  }

  /** Send and wait for the answer; rejects with `Unanswered`. */
  ask(frame: Json): Promise<Frame> {
    this.nextId += 1;
    const id = `q${this.nextId}`;
    return new Promise((resolve, reject) => {
      const cancel = this.parts.clock.after(ANSWER, () => {
        this.questions.delete(id);
        reject(new Unanswered("late", "late", "No answer from the server.", 0));
      });
      const settle = (): void => {
        cancel();
        this.questions.delete(id);
      };
      this.questions.set(id, {
        answer: (answer) => {
          settle();
          if (answer.type === "error") reject(refused(answer));
          else resolve(answer);
        },
        fail: (why) => {
          settle();
          reject(why);
        },
      });
      if (!this.tell({ ...frame, id })) this.questions.get(id)?.fail(lost());
    });
  }

  private async connect(): Promise<void> {
    const round = ++this.round;
    this.tries += 1;
    this.become({ kind: "connecting" });
    let address: string;
    try {
      address = await this.parts.address();
    } catch (error) {
      if (round === this.round) this.wait(waitAfter(error, this.tries, this.parts.clock), reason(error));
      return;
    }
    if (round === this.round) this.listen(this.parts.open(address));
  }

  private listen(socket: Socket): void {
    this.socket = socket;
    const cancelOpening = this.parts.clock.after(OPENING, () => {
      this.lose(socket, 0);
      close(socket);
    });
    socket.onopen = () => {
      cancelOpening();
      if (socket === this.socket) this.opened();
      else close(socket);
    };
    this.attend(socket, cancelOpening);
  }

  /** Put a new socket in the place of the old, which works until then. */
  private async renew(): Promise<void> {
    const before = this.socket;
    const address = await this.parts.address().catch(() => null);
    if (before === null || before !== this.socket) return;
    // Should this one come to nothing, there is the next.
    this.renewLater();
    if (address === null) return;
    const socket = this.parts.open(address);
    socket.onopen = () => {
      if (before !== this.socket) return close(socket);
      this.socket = socket;
      // For a moment both deliver; what comes twice is shown once.
      this.parts.clock.after(OVERLAP, () => close(before));
      this.opened();
    };
    this.attend(socket, () => undefined);
  }

  private opened(): void {
    this.renewLater();
    this.become({ kind: "open" });
  }

  private attend(socket: Socket, ended: () => void): void {
    socket.onmessage = (event) => this.receive(socket, String(event.data));
    socket.onclose = () => {
      ended();
      this.lose(socket, 0);
    };
  }

  private receive(socket: Socket, text: string): void {
    const frame = frameOf(text);
    if (frame === null) return;
    if (frame.type === "bye" && textIn(frame, "code") === "auth_expired") {
      // Only we were, with other rights than before, or none: which, is to be known at once.
      const again = this.tries > 0;
      this.tries = Math.max(this.tries, 1);
      this.lose(socket, 0);
      close(socket);
      return again ? undefined : this.hurry();
    }
    if (frame.type === "bye") {
      // Everybody was sent away at the same moment: come back spread over some seconds.
      this.tries = Math.max(this.tries, 3);
      this.lose(socket, numberIn(frame, "retry_after") * 1_000);
      return close(socket);
    }
    // A server that talks is a server that works.
    if (socket === this.socket) this.tries = 0;
    const question = this.questions.get(textIn(frame, "id") ?? "");
    if (question === undefined) this.parts.onFrame(frame);
    else question.answer(frame);
  }

  private lose(socket: Socket, extra: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.cancelRenewal();
    this.forgetQuestions();
    const jitter = backoff(Math.max(1, this.tries), this.parts.clock.random());
    this.wait(extra + jitter, null);
  }

  private wait(milliseconds: number, why: string | null): void {
    const { clock } = this.parts;
    this.cancelWait();
    this.cancelWait = clock.after(milliseconds, () => void this.connect());
    this.become({ kind: "waiting", until: clock.now() + milliseconds, why });
  }

  private renewLater(): void {
    const { clock } = this.parts;
    this.cancelRenewal();
    this.cancelRenewal = clock.after(LIFETIME + clock.random() * 10 * MINUTE, () => {
      void this.renew();
    });
  }

  private forgetQuestions(): void {
    for (const question of [...this.questions.values()]) question.fail(lost());
  }

  private become(state: LinkState): void {
    this.state = state;
    this.parts.onState(state);
  }
}

function lost(): Unanswered {
  return new Unanswered("lost", "lost", "The connection was lost.", 0);
}

function refused(frame: Frame): Unanswered {
  const message = textIn(frame, "message") ?? "The server refused this.";
  const code = textIn(frame, "code") ?? "error";
  return new Unanswered("refused", code, message, numberIn(frame, "retry_after") * 1_000);
}

/** A refusal will not change in a second; a network may. */
function waitAfter(error: unknown, tries: number, clock: Clock): number {
  const final = error instanceof Refusal && error.status >= 400 && error.status < 500;
  return final ? REFUSED : backoff(tries, clock.random());
}

function reason(error: unknown): string | null {
  return error instanceof Refusal && error.status > 0 ? error.message : null;
}

function close(socket: Socket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.close();
}
