/** How does the visitor leave, see and change an address? */
import type { Session } from "../session";
import type { State } from "../state";
import { button, element, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import type { Texts } from "./texts";

export class EmailCard {
  readonly element: HTMLElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #form: HTMLFormElement;
  readonly #input: HTMLInputElement;
  readonly #submit: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #problem = element("p", { class: "problem", id: "email-problem", role: "alert" });
  readonly #known: HTMLElement;
  readonly #knownText = element("span", { "data-part": "email-known" });
  #wasShown = false;

  constructor(session: Session, texts: Texts) {
    this.#session = session;
    this.#texts = texts;
    this.#input = element("input", {
      id: "email",
      type: "email",
      autocomplete: "email",
      inputmode: "email",
      maxlength: 254,
      dir: "ltr",
      "data-part": "email-input",
      "aria-describedby": "email-problem",
    });
    this.#submit = element(
      "button",
      { type: "submit", class: "call", "data-part": "email-send" },
      texts.email_send,
    );
    this.#cancel = button({ class: "link" }, () => this.#change(false), texts.cancel);
    this.#form = element(
      "form",
      { class: "email-form", novalidate: true, "data-part": "email-form" },
      element("label", { for: "email" }, texts.email),
      element("div", { class: "line" }, this.#input, this.#submit),
      this.#problem,
      this.#cancel,
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#give();
    });
    this.#known = element(
      "p",
      { class: "email-known" },
      this.#knownText,
      " ",
      button({ class: "link", "data-part": "email-change" }, () => this.#change(true), texts.change),
    );
    this.element = element("div", { class: "email" }, this.#known, this.#form);
  }

  draw(state: State): void {
    const { email, conversation } = state;
    const over = conversation === undefined || conversation.state === "closed";
    const known = email.state === "known" && !email.changing;
    const asked = email.state === "asked" || email.changing;
    set(this.element, { hidden: over || !(known || asked) });
    set(this.#known, { hidden: !known });
    set(this.#form, { hidden: !asked });
    if (asked && !this.#wasShown) this.#input.value = email.address ?? "";
    this.#wasShown = asked;
    write(this.#knownText, fillIn(this.#texts.email_known, { address: email.address ?? "" }));
    const problems = { invalid: this.#texts.email_invalid, failed: this.#texts.email_failed };
    write(this.#problem, email.problem ? problems[email.problem] : "");
    set(this.#input, { "aria-invalid": email.problem ? "true" : undefined });
    set(this.#cancel, { hidden: !email.changing });
    this.#submit.disabled = email.sending;
  }

  #change(changing: boolean): void {
    this.#session.change({ email: { ...withoutProblem(this.#session.state.email), changing } });
    if (changing) this.#input.focus();
  }

  #give(): void {
    const address = this.#input.value.trim();
    // The server judges addresses; this only spares the visitor a journey for an obvious slip.
    if (/^[^\s@]+@[^\s@]+$/.test(address)) return this.#session.giveEmail(address);
    const email = { ...this.#session.state.email, problem: "invalid" as const };
    this.#session.change({ email });
    this.#input.focus();
  }
}

function withoutProblem({ problem: _, ...email }: State["email"]): State["email"] {
  return email;
}
