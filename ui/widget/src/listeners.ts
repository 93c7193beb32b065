/** Who on the page wants to know what happens in the widget? */
import { isEngaged, offered, type State } from "./state";
import type { EventName, Events, Listener } from "./vestibule";

const NAMES = ["displayed", "opened", "conversation_started", "message", "closed", "rated"] as const;

export class Listeners {
  readonly #listeners = new Map<EventName, Set<Listener<never>>>();

  on<Name extends EventName>(name: Name, listener: Listener<Name>): void {
    if (!NAMES.includes(name)) throw new TypeError(`there is no event "${name}"`);
    if (typeof listener !== "function") throw new TypeError("a listener is a function");
    const known = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, known.add(listener));
  }

  off<Name extends EventName>(name: Name, listener?: Listener<Name>): void {
    if (listener) this.#listeners.get(name)?.delete(listener);
    else this.#listeners.delete(name);
  }

  /** Tell what has happened between two states: to listeners, and as events of the document. */
  tell(state: State, former: State): void {
    for (const [name, detail] of happened(state, former)) {
      document.dispatchEvent(new CustomEvent(`vestibule:${name}`, { detail }));
      for (const listener of this.#listeners.get(name) ?? []) {
        // A listener's fault is the page's, and must not stop us.
        try {
          listener(detail as never);
        } catch (error) {
          console.error(error);
        }
      }
    }
  }
}

type Happening = { [Name in EventName]: readonly [Name, Events[Name]] }[EventName];

function* happened(state: State, former: State): Generator<Happening> {
  const shown = offered(state);
  if (shown && offered(former)?.id !== shown.id) yield ["displayed", { engagement: shown.id }];
  if (state.open && !former.open && isEngaged(state)) yield ["opened", {}];
  const { conversation } = state;
  if (conversation && !former.conversation) {
    yield ["conversation_started", { conversation: conversation.id }];
  }
  const heard = former.transcript.settled;
  if (conversation && former.conversation?.id === conversation.id) {
    for (const { number, author, text, sent_at } of state.transcript.items) {
      if (number > heard) yield ["message", { number, author: author.kind, text, sent_at }];
    }
    if (conversation.state === "closed" && former.conversation.state !== "closed") {
      yield ["closed", { conversation: conversation.id }];
    }
    const { csat, nps, comment } = state.survey;
    const { survey } = former;
    if (csat !== survey.csat || nps !== survey.nps || comment !== survey.comment) {
      yield ["rated", { conversation: conversation.id, csat, nps, comment }];
    }
  }
}
