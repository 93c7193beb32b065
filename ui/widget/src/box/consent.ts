/** May this browser remember the conversation? Asked in the box, and never in the way of it. */
import type { Session } from "../session";
import type { State } from "../state";
import { button, element, set } from "../view/dom";
import type { Texts } from "./texts";

export class ConsentCard {
  readonly element: HTMLElement;
  readonly #asks: boolean;

  constructor(session: Session, texts: Texts, words: string | undefined, agreed: () => void) {
    this.#asks = words !== undefined && session.state.configuration.consent_required;
    this.element = element(
      "div",
      { class: "consent", role: "group", "aria-labelledby": "consent" },
      element("p", { id: "consent", dir: "auto" }, words),
      button(
        { class: "call small", "data-part": "consent" },
        () => {
          session.consent("full");
          agreed();
        },
        texts.agree,
      ),
    );
  }

  draw({ consent }: State): void {
    set(this.element, { hidden: !this.#asks || consent === "full" });
  }
}
