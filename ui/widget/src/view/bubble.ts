/** What shows that the box is there while it is closed? */
import { unread, type State } from "../state";
import { button, element, icon, set, SPEECH, write } from "./dom";
import { fillIn, textsIn } from "./texts";

export class Bubble {
  readonly element: HTMLButtonElement;
  readonly #texts;
  readonly #count = element("span", { class: "count", "aria-hidden": "true" });

  constructor(language: string, onClick: () => void) {
    this.#texts = textsIn(language);
    const speech = icon(SPEECH);
    const down = icon("M6 9l6 6 6-6");
    speech.classList.add("speech");
    down.classList.add("down");
    this.element = button({ class: "bubble", "data-part": "bubble" }, onClick, speech, down);
    this.element.append(this.#count);
  }

  draw(state: State, shown: boolean): void {
    const count = unread(state);
    const open = state.open !== false;
    const label = open ? this.#texts.close : this.#texts.open;
    const more = count > 0 ? ` – ${fillIn(this.#texts.unread, { n: count })}` : "";
    set(this.element, {
      hidden: !shown,
      "aria-label": label + more,
      "aria-expanded": String(open),
      "data-unread": count,
    });
    write(this.#count, count > 99 ? "99+" : String(count));
    set(this.#count, { hidden: count === 0 || open });
  }
}
