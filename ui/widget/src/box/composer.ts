/** Where does the visitor write? */
import { TEXT_LIMIT } from "../protocol";
import type { Session } from "../session";
import type { State } from "../state";
import { element, icon, SEND, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import { EmojiPicker } from "./emoji";
import type { Habits } from "./habits";
import { plain } from "./plain";
import type { Texts } from "./texts";
import { Tray } from "./tray";

const WARN_AT = 200;
const MOST_LINES = 6;

export class Composer {
  readonly element: HTMLFormElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #input: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #tray: Tray;
  readonly #habits: Habits;
  readonly #room = element("p", { class: "room", id: "room", role: "status" });

  constructor(session: Session, habits: Habits, texts: Texts, placeholder: string | undefined) {
    this.#session = session;
    this.#texts = texts;
    this.#habits = habits;
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
    this.#tray = new Tray(session, habits, texts, () => this.draw(session.state));
    const tools = [emoji.button, this.#tray.button];
    const line = element("div", { class: "line" }, ...tools, this.#input, this.#send);
    const parts = [emoji.element, this.#tray.element, this.#room, line];
    this.element = element("form", { class: "composer", novalidate: true }, ...parts);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#input.addEventListener("input", () => session.write(this.#input.value));
    this.#input.addEventListener("paste", (event) => {
      if (this.#tray.add(event.clipboardData?.files)) event.preventDefault();
    });
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
    write(this.#room, left < WARN_AT ? fillIn(words, { n: this.#habits.number(Math.abs(left)) }) : "");
    set(this.#room, { "data-over": left < 0 });
    // An empty field has no direction of its own, and its placeholder has the box's.
    set(this.#input, { dir: state.draft ? "auto" : undefined });
    this.#input.rows = Math.min(MOST_LINES, state.draft.split("\n").length);
    set(this.#input, { "aria-invalid": left < 0 ? "true" : undefined });
    this.#tray.draw(state);
    this.#send.disabled = !this.#maySend(state.draft);
  }

  focus(): void {
    this.#input.focus();
  }

  /** Let files be dropped anywhere on this. */
  takeDropped(target: HTMLElement): void {
    const over = (event: DragEvent, on: boolean): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      set(target, { "data-over": on });
    };
    target.addEventListener("dragover", (event) => over(event, true));
    target.addEventListener("dragleave", (event) => over(event, false));
    target.addEventListener("drop", (event) => {
      over(event, false);
      this.#tray.add(event.dataTransfer?.files);
    });
  }

  /** Words or files, and no file still on its way. */
  #maySend(text: string): boolean {
    const said = text.trim() !== "" || this.#tray.hasFiles;
    return said && !this.#tray.isBusy && lengthOf(text) <= TEXT_LIMIT;
  }

  #insert(emoji: string): void {
    const { selectionStart, selectionEnd } = this.#input;
    this.#input.setRangeText(emoji, selectionStart, selectionEnd, "end");
    this.#session.write(this.#input.value);
    this.#input.focus();
  }

  #submit(): void {
    const text = plain(this.#input.value);
    if (!this.#maySend(text)) return;
    this.#session.send(text, this.#tray.take());
    this.#input.focus();
  }
}

/** Characters, as the server counts them; but a frame carries no more than three bytes for each. */
function lengthOf(text: string): number {
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length - '""'.length;
  return Math.max([...text].length, Math.ceil(bytes / 3));
}
