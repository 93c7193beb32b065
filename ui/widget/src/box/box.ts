/** What is in the window in which the conversation is held? */
import { inLanguage } from "../configuration";
import type { Session } from "../session";
import type { State } from "../state";
import { button, CROSS, element, icon, picture, set, write } from "../view/dom";
import { adopt } from "../view/sheets";
import { fillIn } from "../view/texts";
import styles from "./box.css?inline";
import { Composer } from "./composer";
import { EmailCard } from "./email";
import { Messages } from "./messages";
import { boxTextsIn, type Texts } from "./texts";

export class Box {
  readonly element: HTMLElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #words;
  readonly #agent = element("p", { class: "speaker", "data-part": "agent" });
  readonly #portrait = element("div", { class: "portrait", "aria-hidden": "true" });
  readonly #state = element("p", { class: "state", "data-part": "state", role: "status" });
  readonly #position = element("p", { class: "position", "data-part": "position", role: "status" });
  readonly #over: HTMLElement;
  readonly #email: EmailCard;
  readonly #messages: Messages;
  readonly #composer: Composer;
  #face: string | undefined;
  #wasOpen = false;

  constructor(session: Session, root: ShadowRoot, close: () => void) {
    this.#session = session;
    const { configuration, language } = session.state;
    this.#texts = boxTextsIn(language);
    this.#words = inLanguage(configuration.chatbox?.texts, language);
    adopt(root, styles);
    const title = this.#words?.title ?? configuration.name;
    this.#email = new EmailCard(session, this.#texts);
    this.#messages = new Messages(session, this.#texts, this.#words?.welcome, this.#email.element);
    this.#composer = new Composer(session, this.#texts, this.#words?.placeholder);
    this.#over = element(
      "div",
      { class: "over" },
      button({ class: "call", "data-part": "again" }, () => this.#again(), this.#texts.again),
    );
    this.element = element(
      "section",
      { class: "box", role: "dialog", "aria-label": title, "data-part": "chatbox" },
      this.#header(title, close),
      element("div", { class: "notice" }, this.#state, this.#position),
      this.#messages.element,
      this.#over,
      this.#composer.element,
      this.#words?.legal && element("p", { class: "legal", dir: "auto" }, this.#words.legal),
    );
  }

  draw(state: State, open: boolean): void {
    const appears = open && !this.#wasOpen;
    this.#wasOpen = open;
    set(this.element, { hidden: !open });
    this.#drawAgent(state);
    this.#drawState(state);
    this.#email.draw(state);
    this.#messages.draw(state);
    this.#composer.draw(state);
    set(this.#over, { hidden: state.conversation?.state !== "closed" });
    if (!appears) return;
    this.#messages.toEnd();
    if (state.open === "by_visitor") this.#composer.focus();
  }

  #header(title: string, close: () => void): HTMLElement {
    return element(
      "header",
      { class: "header" },
      this.#portrait,
      element("div", { class: "names" }, element("h2", { dir: "auto" }, title), this.#agent),
      button(
        { class: "close", "data-part": "close", "aria-label": this.#texts.minimise },
        close,
        icon(CROSS),
      ),
    );
  }

  #drawAgent({ conversation, configuration }: State): void {
    const agent = conversation?.state === "assigned" ? conversation.agent : undefined;
    write(this.#agent, agent ? (agent.name ?? this.#texts.agent) : "");
    set(this.#agent, { hidden: !agent });
    const face = agent?.avatar ?? configuration.chatbox?.avatar ?? undefined;
    if (face === this.#face) return;
    this.#face = face;
    this.#portrait.replaceChildren(...[picture(face, "avatar")].filter((image) => !!image));
  }

  #drawState(state: State): void {
    const { conversation } = state;
    const waits = conversation?.state === "waiting";
    const about = state.online ? (conversation?.state ?? "new") : "offline";
    set(this.#state, { "data-state": state.nobody ? "nobody" : about });
    write(this.#state, this.#sentence(state));
    write(this.#position, waits && state.online ? this.#wait(state) : "");
    set(this.#position, { "data-position": (waits && conversation.position) || undefined });
  }

  #sentence({ online, nobody, conversation, letters }: State): string {
    if (!online && (conversation || letters.length > 0)) return this.#texts.offline;
    if (nobody) return this.#words?.nobody ?? this.#texts.nobody;
    switch (conversation?.state) {
      case "waiting":
        return this.#words?.waiting ?? this.#texts.waiting;
      case "closed":
        return this.#texts.closed;
      default:
        return "";
    }
  }

  #wait({ conversation }: State): string {
    const { position, estimated_wait_seconds: seconds } = conversation ?? {};
    const place = position ? fillIn(this.#texts.position, { n: position }) : "";
    if (seconds === undefined || seconds === null) return place;
    const n = Math.ceil(seconds / 60);
    return `${place} ${n > 1 ? fillIn(this.#texts.minutes, { n }) : this.#texts.soon}`.trim();
  }

  #again(): void {
    this.#session.startAgain();
    this.#composer.focus();
  }
}
