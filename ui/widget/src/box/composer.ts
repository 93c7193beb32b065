/** Where does the visitor write? */
import { localeOf } from "../facts";
import { TEXT_LIMIT } from "../protocol";
import type { Session } from "../session";
import type { State } from "../state";
import { element, icon, SEND, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import { EmojiPicker } from "./emoji";
import type { Texts } from "./texts";

const WARN_AT = 200;
const MOST_LINES = 6;

export class Composer {
  readonly element: HTMLFormElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #input: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #number: Intl.NumberFormat;
  readonly #room = element("p", { class: "room", id: "room", role: "status" });

  constructor(session: Session, texts: Texts, placeholder: string | undefined) {
    this.#session = session;
    this.#texts = texts;
    this.#number = new Intl.NumberFormat(localeOf(session.state.language, navigator.languages));
    this.#input = element("textarea", {
      class: "input",
      "data-part": "input",
      rows: 1,
      "aria-label": texts.message,
      "aria-describedby": "room",
      placeholder: placeholder ?? texts.write,
    });
    this.#send = element(
      "button",
      { type: "submit", class: "send", "data-part": "send", "aria-label": texts.send },
      icon(...SEND),
    );
    const emoji = new EmojiPicker(texts.emoji, (chosen) => this.#insert(chosen));
    const line = element("div", { class: "line" }, emoji.button, this.#input, this.#send);
    this.element = element("form", { class: "composer", novalidate: true }, emoji.element, this.#room, line);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener("input", () => session.write(this.#input.value));
    this.#input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
  }

  draw(state: State): void {
    set(this.element, { hidden: state.conversation?.state === "closed" });
    // The visitor's own typing is the draft already; only a change from elsewhere is put in.
    if (this.#input.value !== state.draft) this.#input.value = state.draft;
    const length = lengthOf(state.draft);
    const left = TEXT_LIMIT - length;
    const words = left < 0 ? this.#texts.over : this.#texts.left;
    write(this.#room, left < WARN_AT ? fillIn(words, { n: this.#number.format(Math.abs(left)) }) : "");
    set(this.#room, { "data-over": left < 0 });
    // An empty field has no direction of its own, and its placeholder has the box's.
    set(this.#input, { dir: state.draft ? "auto" : undefined });
    this.#input.rows = Math.min(MOST_LINES, state.draft.split("\n").length);
    set(this.#input, { "aria-invalid": left < 0 ? "true" : undefined });
    this.#send.disabled = left < 0 || state.draft.trim() === "";
  }

  focus(): void {
    this.#input.focus();
  }

  #insert(emoji: string): void {
    const { selectionStart, selectionEnd } = this.#input;
    this.#input.setRangeText(emoji, selectionStart, selectionEnd, "end");
    this.#session.write(this.#input.value);
    this.#input.focus();
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text === "" || lengthOf(text) > TEXT_LIMIT) return;
    this.#session.send(text);
    this.#input.focus();
  }
}

/** As the server counts: characters, not halves of them. */
function lengthOf(text: string): number {
  return [...text].length;
}
