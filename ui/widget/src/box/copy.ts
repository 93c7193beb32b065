/** How does the visitor get what was said by e-mail, once it is over? */
import type { Incoming, Outgoing } from "../protocol";
import type { Session } from "../session";
import type { State } from "../state";
import { button, element, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import type { Texts } from "./texts";

export class Copy {
  readonly element: HTMLElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #ask: HTMLButtonElement;
  readonly #said = element("span", { role: "status", tabindex: -1, "data-part": "copy-state" });
  #conversation: string | undefined;
  #asked = false;

  constructor(session: Session, texts: Texts) {
    this.#session = session;
    this.#texts = texts;
    this.#ask = button({ class: "link", "data-part": "copy" }, () => this.#request(), texts.copy);
    this.element = element("p", { class: "copy" }, this.#ask, this.#said);
    session.overhear((frame, request) => this.#heard(frame, request));
  }

  draw({ conversation, email, online }: State): void {
    const known = email.state === "known" || conversation?.email?.state === "known";
    const over = conversation?.state === "closed" && conversation.token !== undefined;
    set(this.element, { hidden: !over || !known });
    if (!online && this.#asked) this.#show(this.#texts.copy_failed);
    if (conversation?.id === this.#conversation) return;
    this.#conversation = conversation?.id;
    this.#show("");
  }

  #request(): void {
    const token = this.#session.state.conversation?.token;
    if (token === undefined || this.#asked) return;
    const sent = this.#session.ask({ action: "transcript", token });
    this.#show(sent ? "" : this.#texts.copy_failed);
    this.#asked = sent;
  }

  /** Whether this answers our request. */
  #heard(frame: Incoming, request: Outgoing | undefined): boolean {
    if (request?.action !== "transcript") return false;
    if (frame.type === "transcript") {
      this.#show(fillIn(this.#texts.copy_sent, { address: frame.address }));
      // What has the focus must not vanish under it.
      if (this.#ask.matches(":focus")) this.#said.focus();
      set(this.#ask, { hidden: true });
    } else if (frame.type === "error") this.#show(this.#texts.copy_failed);
    return true;
  }

  #show(words: string): void {
    this.#asked = false;
    set(this.#ask, { hidden: false });
    write(this.#said, words);
  }
}
