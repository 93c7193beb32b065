/** What is in the window in which the conversation is held? */
import { inLanguage } from "../configuration";
import type { Session } from "../session";
import type { State } from "../state";
import { button, element, set } from "../view/dom";
import { adopt } from "../view/sheets";
import styles from "./box.css?inline";
import { Composer } from "./composer";
import { ConsentCard } from "./consent";
import { Copy } from "./copy";
import { EmailCard } from "./email";
import { Habits } from "./habits";
import { Header } from "./header";
import { linked, Messages } from "./messages";
import { Past } from "./past";
import { Standing } from "./standing";
import surveyStyles from "./survey.css?inline";
import { SurveyCard } from "./survey";
import { boxTextsIn } from "./texts";

export class Box {
  readonly element: HTMLDialogElement;
  readonly #session: Session;
  readonly #close: () => void;
  readonly #header: Header;
  readonly #standing: Standing;
  readonly #over: HTMLElement;
  readonly #copy: Copy;
  readonly #email: EmailCard;
  readonly #survey: SurveyCard;
  readonly #consent: ConsentCard;
  readonly #messages: Messages;
  readonly #composer: Composer;
  readonly #past: Past;
  /** Here the box covers the whole page, and nothing behind it may be reached. */
  readonly #covers = matchMedia("(max-width: 480px)");
  #wasOpen = false;

  constructor(session: Session, root: ShadowRoot, close: () => void) {
    this.#session = session;
    this.#close = close;
    const { configuration, language } = session.state;
    const texts = boxTextsIn(language);
    const habits = new Habits(language, navigator.languages);
    const words = inLanguage(configuration.chatbox?.texts, language);
    adopt(root, styles + surveyStyles);
    this.#header = new Header(session, texts, words, close);
    this.#standing = new Standing(habits, texts, words);
    this.#email = new EmailCard(session, texts);
    this.#survey = new SurveyCard(session, habits, texts);
    const below = [this.#email.element, this.#survey.element];
    this.#messages = new Messages(session, habits, texts, words?.welcome, ...below);
    this.#past = new Past(session);
    this.#composer = new Composer(session, habits, texts, words?.placeholder);
    this.#consent = new ConsentCard(session, texts, words?.consent, () => this.#composer.focus());
    this.#copy = new Copy(session, texts);
    this.#over = element(
      "div",
      { class: "over" },
      button({ class: "call", "data-part": "again" }, () => this.#again(), texts.again),
      this.#copy.element,
    );
    this.element = element(
      "dialog",
      { class: "box", "aria-label": words?.title ?? configuration.name, "data-part": "chatbox" },
      this.#header.element,
      this.#standing.element,
      this.#messages.element,
      this.#over,
      this.#consent.element,
      this.#composer.element,
      words?.legal && element("p", { class: "legal", dir: "auto" }, ...linked(words.legal)),
    );
    this.#composer.takeDropped(this.element);
    this.element.addEventListener("cancel", (event) => this.#cancelled(event));
    this.element.addEventListener("close", () => this.#closed());
    this.#covers.addEventListener("change", () => this.#place(this.#wasOpen));
  }

  draw(state: State, open: boolean): void {
    const appears = open && !this.#wasOpen;
    this.#wasOpen = open;
    this.#past.draw(state, open);
    this.#header.draw(state);
    this.#standing.draw(state);
    this.#copy.draw(state);
    this.#email.draw(state);
    this.#survey.draw(state);
    this.#consent.draw(state);
    this.#messages.draw(state, open && !document.hidden);
    this.#composer.draw(state);
    set(this.#over, { hidden: state.conversation?.state !== "closed" });
    if (appears || this.element.open !== open) this.#place(open);
    if (!appears) return;
    this.#messages.toEnd();
    if (state.open === "by_visitor") this.#composer.focus();
  }

  #place(open: boolean): void {
    // After the widget's end the window may still change.
    if (!this.element.isConnected) return;
    if (this.element.open) this.element.close();
    if (!open) return;
    if (this.#covers.matches) this.element.showModal();
    // Beside the page, `show` would take the focus from whoever works there.
    else set(this.element, { open: true });
  }

  #cancelled(event: Event): void {
    event.preventDefault();
    this.#close();
  }

  /** A browser may close a dialog whatever we say to it. */
  #closed(): void {
    if (!this.element.open && this.#session.state.open) this.#close();
  }

  #again(): void {
    this.#session.startAgain();
    this.#composer.focus();
  }
}
