/** How does the visitor choose files, and see what becomes of them? */
import type { Attachment } from "../protocol";
import type { Session } from "../session";
import { isTalking, type State } from "../state";
import { button, CROSS, element, icon, Keyed, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import type { Habits } from "./habits";
import { isolated, type Texts } from "./texts";
import { MOST_FILES, postForm, Uploads, type Upload } from "./uploads";

const CLIP = "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400L14 8";

export class Tray {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #session: Session;
  readonly #habits: Habits;
  readonly #texts: Texts;
  readonly #uploads: Uploads;
  readonly #rows: Keyed<Upload>;
  readonly #said = element("p", { class: "problem", role: "status", "data-part": "upload-problem" });
  readonly #input: HTMLInputElement;

  /** `onChange`: there is more, or less, to send than before. */
  constructor(session: Session, habits: Habits, texts: Texts, onChange: () => void) {
    this.#session = session;
    this.#habits = habits;
    this.#texts = texts;
    const { types = [] } = session.state.configuration.attachments ?? {};
    this.#input = element("input", { type: "file", multiple: true, hidden: true, accept: types.join() });
    this.#input.addEventListener("change", () => {
      this.add(this.#input.files);
      this.#input.value = "";
    });
    this.button = button(
      { class: "tool attach", "aria-label": texts.attach, "data-part": "attach", hidden: true },
      () => this.#input.click(),
      icon(CLIP),
    );
    const list = element("ul", { class: "tray", "data-part": "tray" });
    this.element = element("div", {}, this.#input, list, this.#said);
    this.#rows = new Keyed<Upload>(
      list,
      (upload) => this.#made(upload),
      (made, upload) => this.#refresh(made, upload),
    );
    this.#uploads = new Uploads(session, postForm, () => {
      this.#draw();
      onChange();
    });
  }

  get isBusy(): boolean {
    return this.#uploads.isBusy;
  }

  get hasFiles(): boolean {
    return this.#uploads.areThere;
  }

  draw(state: State): void {
    set(this.button, { hidden: !this.#isOpen(state) });
    this.#uploads.follow(state);
  }

  /** Take what was chosen, dropped or pasted; whether there was any file. */
  add(files: Iterable<File> | null | undefined): boolean {
    const found = [...(files ?? [])];
    if (found.length === 0 || !this.#isOpen(this.#session.state)) return false;
    this.#uploads.add(found);
    return true;
  }

  take(): readonly Attachment[] {
    return this.#uploads.take();
  }

  #isOpen(state: State): boolean {
    return Boolean(state.configuration.attachments && isTalking(state) && state.conversation?.token);
  }

  #draw(): void {
    const { all } = this.#uploads;
    this.#rows.draw(all.map((upload) => [String(upload.key), upload]));
    this.button.disabled = all.length >= MOST_FILES;
    const { problem, file } = all.findLast((upload) => upload.problem) ?? {};
    write(this.#said, problem && file ? this.#explained(problem, file) : "");
  }

  #made({ key, file }: Upload): HTMLElement {
    const label = fillIn(this.#texts.file_remove, { name: file.name });
    return element(
      "li",
      { class: "file", "data-part": "upload" },
      element("span", { class: "name", dir: "auto" }, file.name),
      element("progress", { max: 1, value: 0, "aria-label": file.name }),
      button({ class: "link retry" }, () => this.#uploads.retry(key), this.#texts.retry),
      button({ class: "act", "aria-label": label }, () => this.#remove(key), icon(CROSS)),
    );
  }

  #remove(key: number): void {
    this.#uploads.remove(key);
    // What had the focus is gone.
    this.button.focus();
  }

  #refresh(made: Element, { phase, progress, problem }: Upload): void {
    set(made, { "data-state": phase });
    const bar = made.querySelector("progress")!;
    bar.value = progress;
    set(bar, { hidden: phase === "there" || phase === "failed" });
    set(made.querySelector(".retry")!, { hidden: problem !== "file_failed" });
  }

  #explained(problem: NonNullable<Upload["problem"]>, { name }: File): string {
    const limit = this.#session.state.configuration.attachments?.max_bytes ?? 0;
    const size = this.#habits.size(limit);
    return fillIn(this.#texts[problem], { name: isolated(name), size });
  }
}
