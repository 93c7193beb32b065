/**
 * What does the widget do when the server, the visitor or the time says something?
 *
 * Every event becomes a new state; what must follow is decided from the state, in `#settle`.
 */
import { CatchUp } from "./catch-up";
import { Connection, type Socket } from "./connection";
import { Courier, PASSING, STALE_PASS } from "./courier";
import type { Desk, Timer } from "./desk";
import type { Memory } from "./memory";
import { apply } from "./notices";
import type { Consent, Conversation, Facts, Incoming, Outgoing, Watch } from "./protocol";
import { Requests } from "./requests";
import { hasMissed, isTalking, kept, left, offered, recalled, unanswered, type State } from "./state";
import { EMPTY } from "./transcript";

type PageFrame = Extract<Outgoing, { action: "page" }>;
type Refusal = Extract<Incoming, { type: "error" }>;

type Listener = (frame: Incoming, request: Outgoing | undefined) => boolean;

export interface SessionPorts {
  readonly memory: Memory;
  readonly dial: (url: string) => Socket;
  readonly chance: () => number;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Whether the visitor can see the page now. */
  readonly isSeen: () => boolean;
  /** What a page view says of the page; the session adds what it remembers. */
  readonly page: () => Omit<PageFrame, "action" | "consent" | "memory" | "resume">;
  /** Whether the box may stand open on a new page because it did on the last. */
  readonly mayReopen: () => boolean;
  /** The state has changed: draw it, and tell whoever listens. */
  readonly onState: (state: State, former: State) => void;
  readonly onWatches: (watches: readonly Watch[]) => void;
}

const TYPING_LASTS = 6_000;
const TYPING_EVERY = 3_000;

export class Session implements Desk {
  readonly #ports: SessionPorts;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #courier: Courier;
  readonly #catchUp: CatchUp;
  readonly #listeners: Listener[] = [];
  #state: State;
  #ready = false;
  #pass: string | undefined;
  #typedAt = 0;
  #typing: Timer;

  constructor(ports: SessionPorts, state: State) {
    this.#ports = ports;
    this.#courier = new Courier(this, ports.memory);
    this.#catchUp = new CatchUp(this, ports.isSeen);
    this.#requests = new Requests(() => this.restart());
    this.#state = { ...state, ...recalled(ports.memory, ports.mayReopen()), letters: this.#courier.letters };
    this.#connection = new Connection({
      url: state.configuration.socket,
      dial: ports.dial,
      chance: ports.chance,
      maySleep: () => !ports.isSeen() && !isTalking(this.#state),
      onOpen: () => this.#opened(),
      onBreak: () => this.#broken(),
      onFrame: (frame) => this.#heard(frame),
    });
  }

  get state(): State {
    return this.#state;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get pass(): string | undefined {
    return this.#pass;
  }

  /** Let another part have every frame first; what it answers is its own when it says so. */
  overhear(listener: Listener): void {
    this.#listeners.push(listener);
  }

  begin(): void {
    this.#connection.open();
  }

  stop(): void {
    clearTimeout(this.#typing);
    this.#requests.clear();
    this.#courier.stop();
    this.#catchUp.broken();
    this.#connection.stop();
  }

  /** Somebody looks at the page again, or the network is back. */
  wake(): void {
    this.#connection.wake();
    this.#settle();
  }

  /** A page was opened: this one, or the next of a single-page site. */
  turnPage(): void {
    const memory = this.#pass ?? this.#ports.memory.get<string>("pass");
    const token = this.#state.conversation?.token;
    const after = this.#state.transcript.settled;
    this.ask({
      action: "page",
      ...this.#ports.page(),
      consent: this.#ports.memory.consent,
      ...(memory === undefined ? {} : { memory }),
      ...(token === undefined ? {} : { resume: { token, after } }),
    });
  }

  report(facts: Facts): boolean {
    return this.#pass !== undefined && this.ask({ action: "observed", pass: this.#pass, facts });
  }

  consent(consent: Consent): void {
    if (consent === this.#ports.memory.consent) return;
    this.#ports.memory.allow(consent);
    this.change({ consent, letters: this.#courier.letters });
    if (this.#connection.isOpen) this.turnPage();
  }

  /** Another tab of this site has begun a conversation: it is ours too. */
  heardStorage(key: string | null, value: string | null): void {
    if (this.#ports.memory.heard(key, value) !== "conversation") return;
    const conversation = this.#ports.memory.get<Conversation>("conversation");
    if (!conversation || this.#state.conversation) return;
    this.change({ conversation });
    if (this.#ready) this.turnPage();
  }

  answerInvitation(action: "accept" | "dismiss"): void {
    const engagement = offered(this.#state);
    const pass = engagement?.pass ?? this.#pass;
    if (!engagement || pass === undefined) return;
    this.ask({ action, pass, engagement: engagement.id });
    this.change(
      action === "accept"
        ? { engagement: { ...engagement, state: "accepted" }, open: "by_visitor" }
        : { engagement: undefined },
    );
  }

  send(text: string): void {
    this.#courier.post(this.#ports.newId(), text, this.#ports.now());
  }

  retry(client_id: string): void {
    this.#courier.retry(client_id);
  }

  write(draft: string): void {
    this.#ports.memory.put("draft", draft || undefined);
    this.change({ draft });
    const token = this.#state.conversation?.token;
    const now = this.#ports.now().getTime();
    if (!draft || !token || !isTalking(this.#state) || now - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = now;
    this.tell({ action: "typing", token });
  }

  giveEmail(address: string): void {
    const token = this.#state.conversation?.token;
    const sending = token !== undefined && this.ask({ action: "email", token, address });
    const { problem: _, ...email } = this.#state.email;
    this.change({ email: { ...email, sending, ...(sending ? {} : { problem: "failed" }) } });
  }

  /** Leave the conversation that is over; the next message begins another. */
  startAgain(): void {
    this.change(left(this.#state));
  }

  change(patch: Partial<State>): void {
    const former = this.#state;
    this.#state = { ...former, ...patch };
    this.#ports.onState(this.#state, former);
    this.#settle();
  }

  ask(frame: Outgoing): boolean {
    const id = this.#ports.newId();
    const sent = this.#connection.send({ ...frame, id });
    if (sent) this.#requests.add(id, frame);
    return sent;
  }

  tell(frame: Outgoing): boolean {
    return this.#connection.send(frame);
  }

  restart(): void {
    this.#connection.restart();
  }

  #opened(): void {
    this.#forgetLine();
    // A visitor whom nobody has engaged has nothing to catch up with after a break.
    this.#ready = this.#pass !== undefined && !hasMissed(this.#state);
    if (!this.#ready) this.turnPage();
    this.change({ online: true });
  }

  #broken(): void {
    this.#forgetLine();
    this.change({ online: false, typing: undefined, ...unanswered(this.#state) });
  }

  #forgetLine(): void {
    this.#ready = false;
    this.#requests.clear();
    this.#courier.broken();
    this.#catchUp.broken();
  }

  #heard(frame: Incoming): void {
    const request = this.#requests.answered(frame);
    if (this.#listeners.some((listener) => listener(frame, request))) return;
    if (frame.type === "error") return this.#refused(frame, request);
    if (frame.type === "page") this.#pageAnswered(frame, request);
    const former = request?.action === "page" ? { ...this.#state, buttons: {} } : this.#state;
    const state = apply(former, frame, this.#ports.now());
    this.#courier.heard(frame);
    this.change({ ...state, letters: this.#courier.letters });
    if (frame.type === "typing") this.#typingEnds();
    if (frame.type === "page") this.#catchUp.now();
    if (frame.type === "messages") this.#catchUp.answered();
    if (this.#state.nobody && !state.conversation) this.#courier.takeBack();
  }

  #pageAnswered(frame: Extract<Incoming, { type: "page" }>, request: Outgoing | undefined): void {
    this.#pass = frame.pass;
    this.#ports.memory.put("pass", frame.pass);
    this.#ready = true;
    this.#ports.onWatches(frame.watches ?? []);
    const { conversation } = this.#state;
    const resumed = request?.action === "page" && request.resume !== undefined;
    if (!resumed || frame.conversation || !conversation) return;
    this.#catchUp.toTheEnd();
    this.change({ conversation: { ...conversation, state: "closed" } });
  }

  #refused(error: Refusal, request: Outgoing | undefined): void {
    // The pass is too old: a page view gets a new one.
    if (STALE_PASS.includes(error.code) && request?.action !== "page") this.turnPage();
    switch (request?.action) {
      case "start":
      case "message":
        return this.#courier.refused(error, request);
      case "page":
        return this.#pageRefused(error, request);
      case "resume":
        return PASSING.includes(error.code) ? this.restart() : this.#catchUp.refused();
      case "email": {
        const problem = PASSING.includes(error.code) ? "failed" : "invalid";
        return this.change({ email: { ...this.#state.email, sending: false, problem } });
      }
      case "rate":
        return this.change({ survey: { ...this.#state.survey, sending: false, failed: true } });
      default:
        console.warn(`vestibule: ${error.code}: ${error.message}`);
    }
  }

  #pageRefused(error: Refusal, request: PageFrame): void {
    if (PASSING.includes(error.code)) return this.restart();
    console.warn(`vestibule: ${error.code}: ${error.message}`);
    // What we remember may be too old to be believed: once more, as a stranger.
    if (request.memory === undefined && request.resume === undefined) return;
    this.#pass = undefined;
    this.#ports.memory.put("pass", undefined);
    this.change({ conversation: undefined, transcript: EMPTY });
    this.turnPage();
  }

  /** Do what the state asks for. */
  #settle(): void {
    const { memory } = this.#ports;
    for (const [key, value] of Object.entries(kept(this.#state))) {
      if (memory.get(key) !== value) memory.put(key, value);
    }
    this.#catchUp.follow();
    this.#courier.follow();
  }

  #typingEnds(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.change({ typing: undefined }), TYPING_LASTS);
  }
}
