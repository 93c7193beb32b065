/** Who answers here, how soon, and what can be done with the window? */
import type { ChatboxTexts } from "../configuration";
import type { Session } from "../session";
import type { State } from "../state";
import { button, CROSS, element, icon, picture, set, write } from "../view/dom";
import type { Texts } from "./texts";

export class Header {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #agent = element("p", { class: "speaker", "data-part": "agent", dir: "auto" });
  readonly #presence: HTMLElement;
  readonly #soon: HTMLElement;
  readonly #portrait = element("div", { class: "portrait", "aria-hidden": "true" });
  readonly #bell: HTMLButtonElement;
  #face: string | undefined;

  constructor(session: Session, texts: Texts, words: ChatboxTexts | undefined, close: () => void) {
    this.#texts = texts;
    this.#presence = element("p", { class: "presence" }, texts.online);
    this.#soon = element("p", { class: "soon", dir: "auto", "data-part": "reply-time" });
    write(this.#soon, words?.reply_time ?? "");
    this.#bell = button(
      { class: "act", "data-part": "alerts", "aria-label": texts.alerts, title: texts.alerts },
      () => session.change({ alerts: !session.state.alerts }),
      icon("M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15z", "M10.500 21h3", "M3 3l18 18"),
    );
    const title = words?.title ?? session.state.configuration.name;
    this.element = element(
      "header",
      { class: "header" },
      this.#portrait,
      element(
        "div",
        { class: "names" },
        element("h2", { dir: "auto" }, title),
        element("div", { class: "who" }, this.#agent, this.#presence),
        this.#soon,
      ),
      this.#bell,
      button(
        { class: "act", "data-part": "close", "aria-label": texts.minimise, title: texts.minimise },
        close,
        icon(CROSS),
      ),
    );
  }

  draw({ conversation, configuration, alerts }: State): void {
    const agent = conversation?.state === "assigned" ? conversation.agent : undefined;
    write(this.#agent, agent ? (agent.name ?? this.#texts.agent) : "");
    set(this.#agent.parentElement!, { hidden: !agent });
    set(this.#soon, { hidden: !!agent || this.#soon.textContent === "" });
    set(this.#bell, { "aria-pressed": String(alerts) });
    const face = agent?.avatar ?? configuration.chatbox?.avatar ?? undefined;
    if (face === this.#face) return;
    this.#face = face;
    this.#portrait.replaceChildren(...[picture(face, "avatar")].filter((image) => !!image));
  }
}
