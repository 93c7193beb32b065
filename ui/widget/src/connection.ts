/**
 * How do frames reach the server, and come back?
 *
 * The only module that knows the socket. It returns after every break, leaves before the gateway's
 * limits (ten idle minutes, two hours in all), and notices a line that died without a word.
 */
import { backoff } from "./backoff";
import type { Line, LineEvents, Request } from "./line";
import { readFrame } from "./protocol";

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface ConnectionPorts extends LineEvents {
  readonly url: string;
  readonly dial: (url: string) => Socket;
  readonly chance: () => number;
}

const MINUTE = 60_000;
const PING_EVERY = 3.75 * MINUTE;
const RENEW_AFTER = 105 * MINUTE;
const RENEW_SPREAD = 10 * MINUTE;
const OPENING_LIMIT = 10_000;
const PONG_LIMIT = 10_000;
/** A line that has just spoken need not be asked whether it lives. */
const TRUSTED_FOR = 20_000;
/** The gateway closes a line that was idle for so long, and may be unable to say so. */
const DEAD_AFTER = 10 * MINUTE;
/** What is under way on the former line may take so long to come. */
const OVERLAP = 5_000;

type Timer = ReturnType<typeof setTimeout> | undefined;

export class Connection implements Line {
  readonly #ports: ConnectionPorts;
  #socket: Socket | undefined;
  #opening: Socket | undefined;
  #former: Socket | undefined;
  #attempt = 0;
  #heardAt = 0;
  #asleep = false;
  #stopped = false;
  #redial: Timer;
  #ping: Timer;
  #pong: Timer;
  #renewal: Timer;
  #overlap: Timer;

  constructor(ports: ConnectionPorts) {
    this.#ports = ports;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  open(): void {
    if (this.#opening || this.#stopped) return;
    clearTimeout(this.#redial);
    const socket = this.#ports.dial(this.#ports.url);
    this.#opening = socket;
    const tooLong = setTimeout(() => this.#failed(socket), OPENING_LIMIT);
    socket.onopen = () => {
      clearTimeout(tooLong);
      this.#opened(socket);
    };
    socket.onmessage = (event) => this.#heard(socket, event.data);
    socket.onclose = () => {
      clearTimeout(tooLong);
      this.#failed(socket);
    };
  }

  send(frame: Request): boolean {
    if (!this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    this.#pingLater();
    return true;
  }

  /** Nobody else hears this line. */
  share(): void {}

  wake(): void {
    if (this.#stopped) return;
    const silence = Date.now() - this.#heardAt;
    if (this.#socket && silence > DEAD_AFTER) {
      this.#drop(this.#socket);
      this.#dialNow();
    } else if (this.#socket) {
      // A silence that ends before it began: the clock was set back.
      if (silence > TRUSTED_FOR || silence < 0) this.#sayPing();
    } else if (this.#asleep || this.#redial !== undefined) {
      this.#dialNow();
    }
  }

  restart(): void {
    if (this.#socket) this.#drop(this.#socket);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of [this.#redial, this.#ping, this.#pong, this.#renewal]) clearTimeout(timer);
    this.#opening?.close();
    this.#socket?.close();
    this.#socket = undefined;
    this.#endOverlap();
  }

  #opened(socket: Socket): void {
    this.#endOverlap();
    this.#former = this.#socket;
    this.#overlap = setTimeout(() => this.#endOverlap(), OVERLAP);
    this.#opening = undefined;
    this.#socket = socket;
    this.#heardAt = Date.now();
    this.#redial = undefined;
    clearTimeout(this.#pong);
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(
      () => this.open(),
      RENEW_AFTER + this.#ports.chance() * RENEW_SPREAD,
    );
    this.#pingLater();
    this.#ports.onOpen();
  }

  /** Both lines are heard until the new one has spoken, so that nothing falls between them. */
  #endOverlap(): void {
    clearTimeout(this.#overlap);
    const former = this.#former;
    this.#former = undefined;
    if (!former) return;
    former.onmessage = null;
    former.close();
  }

  #heard(socket: Socket, data: unknown): void {
    const frame = readFrame(data);
    if (!frame || this.#stopped) return;
    this.#heardAt = Date.now();
    if (socket === this.#socket) {
      this.#attempt = 0;
      this.#endOverlap();
    }
    switch (frame.type) {
      case "pong":
        clearTimeout(this.#pong);
        break;
      case "bye":
        this.#drop(socket, (frame.retry_after ?? 0) * 1000);
        break;
      default:
        this.#ports.onFrame(frame);
    }
  }

  #failed(socket: Socket): void {
    if (socket === this.#opening) {
      this.#opening = undefined;
      socket.close();
      // A renewal that fails leaves the former line in use.
      this.#dialLater();
    } else if (socket === this.#socket) {
      this.#drop(socket);
    }
  }

  #drop(socket: Socket, atLeast = 0): void {
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    clearTimeout(this.#ping);
    clearTimeout(this.#pong);
    clearTimeout(this.#renewal);
    this.#ports.onBreak();
    this.#dialLater(atLeast);
  }

  #dialLater(atLeast = 0): void {
    if (this.#stopped || this.#opening) return;
    clearTimeout(this.#redial);
    const pause = atLeast + backoff(this.#attempt, this.#ports.chance());
    this.#attempt += 1;
    this.#redial = setTimeout(() => {
      this.#redial = undefined;
      this.#asleep = this.#ports.maySleep();
      if (!this.#asleep) this.open();
    }, pause);
  }

  #dialNow(): void {
    clearTimeout(this.#redial);
    this.#redial = undefined;
    this.#asleep = false;
    this.open();
  }

  #pingLater(): void {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => this.#sayPing(), PING_EVERY);
  }

  #sayPing(): void {
    clearTimeout(this.#pong);
    this.#pong = setTimeout(() => this.restart(), PONG_LIMIT);
    this.send({ action: "ping" });
  }
}
