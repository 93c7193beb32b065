/**
 * How do all tabs of a site speak over one socket?
 *
 * Whoever holds the site's lock holds the socket; the others speak and hear through that tab. The
 * browser hands the lock on when the tab closes or crashes; from one that holds it and does not
 * answer it is taken. Locks and channels live in memory: nothing is stored.
 */
import { Connection, type ConnectionPorts } from "./connection";
import type { Line, Request } from "./line";
import type { Incoming } from "./protocol";

/** As much of the browser's lock manager as is needed. */
export interface Locks {
  request(
    name: string,
    options: { signal: AbortSignal } | { steal: true },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

/** A way from this tab to all others of the site. */
export interface Channel {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(word: unknown): void;
  close(): void;
}

export interface Tabs {
  readonly name: string;
  readonly locks: Locks;
  readonly open: (name: string) => Channel;
  readonly newId: () => string;
}

type Word =
  /** A tab is here, and wants to know how the line is. */
  | { kind: "here"; tab: string }
  | { kind: "gone"; tab: string }
  /** How the line is; each opening has a name of its own. */
  | { kind: "line"; line: string | undefined }
  | { kind: "say"; frame: Request }
  | { kind: "heard"; frame: Incoming }
  | { kind: "restart" };

/** A tab that holds the lock and is silent for so long is asleep or stuck. */
const PATIENCE = 5_000;
/** The first answer tells who the visitor is; the other tabs speak after it, or after this time. */
const FIRST_ANSWER = 1_000;

export class SharedLine implements Line {
  readonly #ports: ConnectionPorts;
  readonly #tabs: Tabs;
  readonly #tab: string;
  readonly #others = new Set<string>();
  #channel: Channel | undefined;
  #turn = new AbortController();
  /** Only of the tab that holds the socket. */
  #connection: Connection | undefined;
  #line: string | undefined;
  #first: ReturnType<typeof setTimeout> | undefined;
  #doubt: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: ConnectionPorts, tabs: Tabs) {
    this.#ports = ports;
    this.#tabs = tabs;
    this.#tab = tabs.newId();
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen ?? this.#line !== undefined;
  }

  open(): void {
    this.#channel = this.#tabs.open(this.#tabs.name);
    this.#channel.onmessage = ({ data }) => this.#told(data as Word);
    this.#queue();
    this.#ask({ kind: "here", tab: this.#tab });
  }

  send(frame: Request): boolean {
    if (this.#connection) return this.#connection.send(frame);
    if (this.#line === undefined) return false;
    this.#tell({ kind: "say", frame });
    return true;
  }

  share(frame: Incoming): void {
    this.#tell({ kind: "heard", frame });
  }

  wake(): void {
    if (this.#connection) this.#connection.wake();
    else this.#ask({ kind: "here", tab: this.#tab });
  }

  restart(): void {
    if (this.#connection) this.#connection.restart();
    else this.#ask({ kind: "restart" });
  }

  stop(): void {
    this.#tell({ kind: "gone", tab: this.#tab });
    this.#turn.abort();
    this.#handOver();
    clearTimeout(this.#doubt);
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Wait for the lock, or take it from a tab that does not answer. */
  #queue(steal = false): void {
    this.#turn.abort();
    const turn = new AbortController();
    this.#turn = turn;
    const options = steal ? ({ steal } as const) : { signal: turn.signal };
    const held = (): Promise<void> => this.#hold(turn);
    this.#tabs.locks
      .request(this.#tabs.name, options, held)
      .catch(() => turn.signal.aborted || this.#refused(turn));
  }

  #hold(turn: AbortController): Promise<void> {
    if (!turn.signal.aborted) this.#lead();
    return new Promise((resolve) => {
      if (turn.signal.aborted) resolve();
      turn.signal.addEventListener("abort", () => resolve());
    });
  }

  /** Another tab has taken the lock from us; or there are no locks here, and each tab is alone. */
  #refused(turn: AbortController): void {
    if (!this.#connection) return void this.#hold(turn);
    this.#handOver();
    this.#ports.onBreak();
    this.#queue();
    this.#tell({ kind: "here", tab: this.#tab });
  }

  #lead(): void {
    clearTimeout(this.#doubt);
    this.#become(undefined);
    this.#tell({ kind: "line", line: undefined });
    this.#connection = new Connection({
      ...this.#ports,
      maySleep: () => this.#others.size === 0 && this.#ports.maySleep(),
      onOpen: () => {
        this.#ports.onOpen();
        this.#first = setTimeout(() => this.#letOthersSpeak(), FIRST_ANSWER);
      },
      onBreak: () => {
        this.#announce(undefined);
        this.#ports.onBreak();
      },
      onFrame: (frame) => {
        this.#ports.onFrame(frame);
        this.#tell({ kind: "heard", frame });
        this.#letOthersSpeak();
      },
    });
    this.#connection.open();
  }

  /** The socket is no longer ours; whoever has the lock next opens another. */
  #handOver(): void {
    this.#announce(undefined);
    this.#connection?.stop();
    this.#connection = undefined;
  }

  #letOthersSpeak(): void {
    if (this.#first !== undefined) this.#announce(this.#tabs.newId());
  }

  #announce(line: string | undefined): void {
    clearTimeout(this.#first);
    this.#first = undefined;
    this.#line = line;
    if (this.#connection) this.#tell({ kind: "line", line });
  }

  #told(word: Word): void {
    if (word.kind === "heard") return this.#ports.onFrame(word.frame);
    if (this.#connection) this.#askedFor(word, this.#connection);
    else if (word.kind === "line") {
      clearTimeout(this.#doubt);
      this.#become(word.line);
    }
  }

  #askedFor(word: Word, connection: Connection): void {
    switch (word.kind) {
      case "here":
        this.#others.add(word.tab);
        connection.wake();
        return this.#tell({ kind: "line", line: this.#line });
      case "gone":
        return void this.#others.delete(word.tab);
      case "say":
        return void connection.send(word.frame);
      case "restart":
        return connection.restart();
    }
  }

  /** The line that another tab holds has become this one; undefined while there is none. */
  #become(line: string | undefined): void {
    if (line === this.#line) return;
    const former = this.#line;
    this.#line = line;
    if (former !== undefined) this.#ports.onBreak();
    if (line !== undefined) this.#ports.onOpen();
  }

  /** Say something to the tab that holds the socket, which shows by an answer that it is awake. */
  #ask(word: Word): void {
    if (this.#connection) return;
    this.#tell(word);
    clearTimeout(this.#doubt);
    this.#doubt = setTimeout(() => this.#queue(true), PATIENCE);
  }

  #tell(word: Word): void {
    this.#channel?.postMessage(word);
  }
}
