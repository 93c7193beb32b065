/**
 * What does the widget do when the server, the visitor or the time says something?
 *
 * Every event becomes a new state; what must follow is decided from the state, in `#settle`.
 */
import { Answers } from "./answers";
import { Arrival } from "./arrival";
import { CatchUp } from "./catch-up";
import { Courier } from "./courier";
import type { Desk } from "./desk";
import { Exchange } from "./exchange";
import { apply } from "./notices";
import type { Attachment, Consent, Conversation, Facts, Incoming, Outgoing } from "./protocol";
import { refuse, type Askers } from "./refusals";
import type { SessionPorts } from "./session-ports";
import { buttonsAfter, concernsAll, written } from "./siblings";
import { hasMissed, initialState, isTalking, keep, left, recalled, unanswered, type State } from "./state";
import { Typing } from "./typing";
import type { Transaction } from "./vestibule";

type Listener = (frame: Incoming, request: Outgoing | undefined) => boolean;

export class Session implements Desk {
  readonly #ports: SessionPorts;
  readonly #exchange: Exchange;
  readonly #answers: Answers;
  readonly #arrival: Arrival;
  readonly #courier: Courier;
  readonly #catchUp: CatchUp;
  readonly #typing: Typing;
  readonly #askers: Askers;
  readonly #listeners: Listener[] = [];
  #state: State;
  #ready = false;

  constructor(ports: SessionPorts, state: State) {
    this.#ports = ports;
    this.#arrival = new Arrival(this, ports.memory, ports.page);
    this.#courier = new Courier(this, ports.memory);
    this.#catchUp = new CatchUp(this, ports.isSeen);
    this.#answers = new Answers(this);
    this.#typing = new Typing(this);
    this.#askers = {
      desk: this,
      arrival: this.#arrival,
      courier: this.#courier,
      catchUp: this.#catchUp,
      onUnheard: ports.onUnheard,
    };
    const letters = this.#courier.lettersIn(state);
    this.#state = { ...state, ...recalled(ports.memory, ports.mayReopen()), letters };
    this.#exchange = new Exchange({
      line: ports.line,
      mark: ports.newId().slice(0, 12),
      maySleep: () => !ports.isSeen() && !isTalking(this.#state),
      onLost: (asked) => this.#lost(asked),
      onOpen: () => this.#opened(),
      onBreak: () => this.#broken(),
      onFrame: (frame, request) => {
        this.#heard(frame, request);
        if (frame.type === "ack") written(this.#state, frame.client_id).forEach(this.share, this);
      },
      onOverheard: (frame) => this.#overheard(frame),
    });
  }

  get state(): State {
    return this.#state;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get pass(): string | undefined {
    return this.#arrival.pass;
  }

  /** Let another part have every frame first; what it answers is its own when it says so. */
  overhear(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Speak with the server, on a new line. */
  dial(): void {
    this.#exchange.dial();
  }

  stop(): void {
    this.#typing.stop();
    this.#courier.stop();
    this.rest();
  }

  /** The page is left, and perhaps kept for a return: it holds no line. */
  rest(): void {
    this.#exchange.hangUp();
  }

  /** The browser shows a page that it had kept: that is a page view. */
  rise(): void {
    this.#arrival.turn();
    this.dial();
  }

  /** Somebody looks at the page again, or the network has changed. */
  wake(): void {
    this.#exchange.wake();
    this.#settle();
  }

  /** A page was opened: this one, or the next of a single-page site. */
  turnPage(): void {
    this.#arrival.turn();
    this.#arrival.tell();
  }

  /** The page says something else of itself than before. */
  refresh(): void {
    this.#arrival.refresh();
  }

  /** The site's server vouches for its customer. */
  identify(identity: string): void {
    this.#arrival.identify(identity);
  }

  /** The visitor has bought something. */
  sold(sale: Transaction): void {
    this.#answers.sold(sale);
  }

  report(facts: Facts): boolean {
    const { pass } = this;
    return pass !== undefined && this.ask({ action: "observed", pass, facts });
  }

  consent(consent: Consent): void {
    if (consent === this.#ports.memory.consent) return;
    this.#ports.memory.allow(consent);
    this.change({ consent, letters: this.#courier.lettersIn(this.#state) });
    // Only with consent do the tabs of a visitor know of each other.
    this.dial();
    this.#arrival.refresh();
  }

  /** Another tab of this site remembers, or forgets, something of this visitor. */
  heardStorage(storageKey: string | null, value: string | null): void {
    const { memory } = this.#ports;
    const consent = memory.consentHeard(storageKey, value);
    if (consent) return this.consent(consent);
    const key = memory.heard(storageKey, value);
    if (key === undefined) return;
    this.#courier.heardOf(key);
    const conversation = memory.get<Conversation>("conversation");
    if (key !== "conversation" || !conversation || this.#state.conversation) return;
    this.change({ conversation });
    if (this.#ready) this.turnPage();
  }

  answerInvitation(action: "accept" | "dismiss"): void {
    this.#answers.give(action);
  }

  send(text: string, attachments: readonly Attachment[] = []): void {
    this.#courier.post(this.#ports.newId(), text, this.#ports.now(), attachments);
  }

  retry(client_id: string): void {
    this.#courier.retry(client_id);
  }

  write(draft: string): void {
    this.#ports.memory.put("draft", draft || undefined);
    this.change({ draft });
    this.#typing.say(this.#ports.now().getTime());
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
    keep(this.#ports.memory, this.#state, former);
    this.#ports.onState(this.#state, former);
    this.#settle();
  }

  ask(frame: Outgoing): boolean {
    return this.#exchange.ask(frame);
  }

  tell(frame: Outgoing): boolean {
    return this.#exchange.tell(frame);
  }

  share(frame: Incoming): void {
    this.#exchange.share(frame);
  }

  restart(): void {
    this.#exchange.restart();
  }

  #opened(): void {
    // A visitor whom nobody has engaged has nothing to catch up with after a break.
    this.#ready = this.#arrival.isComplete && !hasMissed(this.#state);
    if (!this.#ready) this.#arrival.tell();
    this.change({ online: true });
  }

  #broken(): void {
    this.change({ online: false, typing: undefined, ...unanswered(this.#state) });
  }

  #lost(asked: readonly Outgoing[]): void {
    this.#ready = false;
    this.#answers.lost(asked);
    if (asked.some(({ action }) => action === "observed")) this.#ports.onUnheard();
    this.#arrival.broken();
    this.#courier.broken();
    this.#catchUp.broken();
  }

  #overheard(frame: Incoming): void {
    if (frame.type === "page") {
      this.#arrival.overheard(frame);
      this.change({ buttons: buttonsAfter(this.#state, frame) });
      if (frame.forget) {
        this.#forget(frame.pass);
        this.refresh();
      }
    }
    if (concernsAll(frame)) this.#heard(frame);
  }

  #heard(frame: Incoming, request?: Outgoing): void {
    if (this.#listeners.some((listener) => listener(frame, request))) return;
    if (frame.type === "error") return refuse(this.#askers, frame, request);
    if (frame.type === "page") this.#pageAnswered(frame, request);
    const former = request?.action === "page" ? { ...this.#state, buttons: {} } : this.#state;
    const state = apply(former, frame, this.#ports.now());
    this.#courier.heard(frame);
    this.#catchUp.heard(frame);
    this.change({ ...state, letters: this.#courier.lettersIn(state) });
    if (frame.type === "typing") this.#typing.heard();
    if (frame.type === "page") this.#arrival.follow();
    if (frame.type === "page") this.#catchUp.now();
    if (frame.type === "messages") this.#catchUp.answered();
    if (this.#state.nobody && !state.conversation) this.#courier.takeBack();
  }

  #pageAnswered(frame: Extract<Incoming, { type: "page" }>, request: Outgoing | undefined): void {
    if (!this.#arrival.answered(frame, request)) return;
    if (frame.forget) this.#forget(frame.pass);
    this.#ready = true;
    this.#ports.onWatches(frame.watches ?? []);
    const { conversation } = this.#state;
    const resumed = request?.action === "page" && request.resume !== undefined;
    if (!resumed || frame.conversation || !conversation) return;
    this.#catchUp.toTheEnd();
    this.change({ conversation: { ...conversation, state: "closed" } });
  }

  /** The visitor is somebody else: nothing of whoever was here before is theirs. */
  #forget(pass: string): void {
    const { memory } = this.#ports;
    const { configuration, language, online, conversation } = this.#state;
    this.#courier.broken();
    memory.clear();
    this.#arrival.become(pass);
    const { consent } = memory;
    const fresh = initialState(configuration, language);
    this.change({ ...fresh, online, consent, former: conversation?.id });
  }

  /** Do what the state asks for. */
  #settle(): void {
    this.#answers.follow();
    this.#catchUp.follow();
    this.#courier.follow();
  }
}
