/** What did this page ask on its line, and which frame answers it? */
import type { Line, LineEvents } from "./line";
import type { Incoming, Outgoing } from "./protocol";
import { Requests } from "./requests";

export interface ExchangePorts {
  readonly line: (events: LineEvents) => Line;
  /** What tells this page's requests from those of other tabs. */
  readonly mark: string;
  readonly maySleep: () => boolean;
  /** The line is another one, or none: nobody will answer what was asked on it. */
  readonly onLost: (asked: readonly Outgoing[]) => void;
  readonly onOpen: () => void;
  readonly onBreak: () => void;
  readonly onFrame: (frame: Incoming, request: Outgoing | undefined) => void;
  /** Another tab was answered on the line that we share. */
  readonly onOverheard: (frame: Incoming) => void;
}

export class Exchange {
  readonly #ports: ExchangePorts;
  readonly #requests: Requests;
  #line: Line | undefined;

  constructor(ports: ExchangePorts) {
    this.#ports = ports;
    this.#requests = new Requests(ports.mark, () => this.restart());
  }

  /** Speak on a new line. */
  dial(): void {
    this.hangUp();
    this.#line = this.#ports.line({
      maySleep: this.#ports.maySleep,
      onOpen: () => {
        this.#lose();
        this.#ports.onOpen();
      },
      onBreak: () => this.#broken(),
      onFrame: (frame) => this.#heard(frame),
    });
    this.#line.open();
  }

  hangUp(): void {
    if (!this.#line) return;
    this.#line.stop();
    this.#line = undefined;
    this.#broken();
  }

  /** Say something that gets an answer; false when the line is broken. */
  ask(frame: Outgoing): boolean {
    const id = this.#requests.nextId();
    const sent = this.tell({ ...frame, id });
    if (sent) this.#requests.add(id, frame);
    return sent;
  }

  tell(frame: Outgoing & { id?: string }): boolean {
    return this.#line?.send(frame) ?? false;
  }

  share(frame: Incoming): void {
    this.#line?.share(frame);
  }

  wake(): void {
    this.#line?.wake();
  }

  restart(): void {
    this.#line?.restart();
  }

  #heard(frame: Incoming): void {
    if (this.#requests.isForeign(frame)) this.#ports.onOverheard(frame);
    else this.#ports.onFrame(frame, this.#requests.answered(frame));
  }

  #broken(): void {
    this.#lose();
    this.#ports.onBreak();
  }

  #lose(): void {
    this.#ports.onLost(this.#requests.clear());
  }
}
