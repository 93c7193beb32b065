/** How is what was said drawn? */
import type { Session } from "../session";
import type { State } from "../state";
import { button, element, Keyed, picture, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import { rowsOf, type DayRow, type MessageRow, type Row } from "./rows";
import type { Texts } from "./texts";

const NEAR_THE_END = 80;

export class Messages {
  readonly element: HTMLElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #welcome = element("p", { class: "welcome", dir: "auto" });
  readonly #log: HTMLElement;
  readonly #typing = element("p", { class: "typing", "data-part": "typing", role: "status" });
  readonly #rows: Keyed<Row>;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  #count = 0;
  #atEnd = true;

  constructor(session: Session, texts: Texts, welcome: string | undefined, ...below: Element[]) {
    this.#session = session;
    this.#texts = texts;
    const { language } = session.state;
    this.#time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    this.#log = element("div", { class: "log", role: "log", "aria-label": texts.messages });
    this.#rows = new Keyed<Row>(
      this.#log,
      (row) => (row.kind === "day" ? this.#dayLine(row) : this.#message(row)),
      (made, row) => row.kind === "message" && this.#refresh(made as HTMLElement, row),
    );
    write(this.#welcome, welcome ?? "");
    set(this.#welcome, { hidden: !welcome });
    // A scrolling region must be reachable by the keyboard.
    this.element = element("div", { class: "messages", tabindex: 0, "data-part": "messages" });
    this.element.append(this.#welcome, this.#log, this.#typing, ...below);
    this.element.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    });
    // Who reads the end goes on reading it when the room above the keyboard shrinks.
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.element);
  }

  draw(state: State): void {
    const rows = rowsOf(state);
    const own = rows.at(-1)?.[1];
    const justWrote = rows.length > this.#count && own?.kind === "message" && own.author === "visitor";
    this.#count = rows.length;
    this.#rows.draw(rows);
    const name = state.typing || this.#texts.agent;
    write(this.#typing, state.typing === undefined ? "" : fillIn(this.#texts.typing, { name }));
    if (this.#atEnd || justWrote) this.toEnd();
  }

  toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }

  #dayLine({ date }: DayRow): HTMLElement {
    return element("p", { class: "day" }, element("span", {}, this.#nameOf(date)));
  }

  #nameOf(date: Date): string {
    const days = [this.#texts.today, this.#texts.yesterday];
    const ago = days.findIndex((_, back) => {
      const day = new Date();
      day.setDate(day.getDate() - back);
      return day.toDateString() === date.toDateString();
    });
    return days[ago] ?? this.#day.format(date);
  }

  #message(row: MessageRow): HTMLElement {
    const name = this.#authorOf(row);
    return element(
      "div",
      { class: `message ${row.author}`, "data-part": "message", "data-author": row.author },
      element("span", { class: "author" }, picture(row.avatar, "avatar"), element("span", {}, name)),
      element("p", { class: "text", dir: "auto" }, row.text),
      element(
        "span",
        { class: "meta" },
        element("time", { datetime: row.at.toISOString() }, this.#time.format(row.at)),
        element("span", { class: "delivery" }),
        button(
          { class: "link retry", hidden: true, "data-part": "retry" },
          () => this.#session.retry(row.client_id ?? ""),
          this.#texts.retry,
        ),
      ),
    );
  }

  #refresh(made: HTMLElement, row: MessageRow): void {
    const { delivery, number, leads, ends } = row;
    set(made, { "data-number": number, "data-state": delivery, "data-leads": leads, "data-ends": ends });
    const [text, time, word, retry] = ["p", "time", ".delivery", ".retry"].map(
      (selector) => made.querySelector(selector)!,
    );
    write(text!, row.text);
    write(time!, this.#time.format(row.at));
    write(word!, delivery === undefined ? "" : this.#texts[delivery]);
    set(retry!, { hidden: delivery !== "failed" });
  }

  #authorOf({ author, name }: MessageRow): string {
    const { you, agent, assistant } = this.#texts;
    const unnamed = { visitor: you, agent, flow: assistant, system: "" };
    return author === "visitor" ? you : (name ?? unnamed[author]);
  }
}
