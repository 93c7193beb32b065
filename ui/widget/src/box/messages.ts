/** How is what was said drawn? */
import type { Session } from "../session";
import { isTalking, type State } from "../state";
import { isBehind } from "../transcript";
import { button, element, Keyed, picture, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import { Attached } from "./attached";
import type { Habits } from "./habits";
import { pieces } from "./links";
import { firstNews, rowsOf, type DayRow, type MessageRow, type Row } from "./rows";
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
  readonly #attached: Attached;
  readonly #habits: Habits;
  #count = 0;
  #atEnd = true;
  #frame: number | undefined;
  #watched = false;
  /** The last message that came while somebody looked. */
  #watchedUpTo: number;
  #newAfter: number | undefined;

  constructor(
    session: Session,
    habits: Habits,
    texts: Texts,
    welcome: string | undefined,
    ...below: Element[]
  ) {
    this.#session = session;
    this.#texts = texts;
    this.#attached = new Attached(session, habits, () => this.#atEnd && this.toEnd());
    this.#habits = habits;
    this.#watchedUpTo = session.state.conversation?.visitor_seen ?? 0;
    this.#log = element("div", { class: "log", role: "log", "aria-label": texts.messages });
    this.#rows = new Keyed<Row>(
      this.#log,
      (row) => this.#made(row),
      (made, row) => row.kind === "message" && this.#refresh(made as HTMLElement, row),
    );
    this.#welcome.append(...linked(welcome ?? ""));
    set(this.#welcome, { hidden: !welcome });
    // A scrolling region must be reachable by the keyboard.
    this.element = element("div", { class: "messages", tabindex: 0, "data-part": "messages" });
    this.element.append(this.#welcome, this.#log, this.#typing, ...below);
    this.element.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      // Of an earlier frame, when what is to be scrolled to was not there yet.
      if (this.#frame !== undefined) return;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    });
    // Who reads the end goes on reading it when the room above the keyboard shrinks.
    new ResizeObserver(() => this.#scroll()).observe(this.element);
  }

  /** `watched`: the visitor has the box before their eyes. */
  draw(state: State, watched: boolean): void {
    const { letters, transcript } = state;
    const written = transcript.items.length + letters.length;
    const isOwn = letters.length > 0 || transcript.items.at(-1)?.author.kind === "visitor";
    const justWrote = written > this.#count && isOwn;
    this.#count = written;
    this.#follow(state, watched, justWrote);
    this.#rows.draw(rowsOf(state, this.#newAfter));
    const name = state.typing || this.#texts.agent;
    const types = state.typing !== undefined && isTalking(state);
    write(this.#typing, types ? fillIn(this.#texts.typing, { name }) : "");
    if (this.#atEnd || justWrote) this.toEnd();
  }

  /** Show the end in the next frame: at once, all would have to be laid out twice. */
  toEnd(): void {
    this.#atEnd = true;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#scroll();
    });
  }

  #scroll(): void {
    if (this.#atEnd) this.element.scrollTop = this.element.scrollHeight;
  }

  /** News is what came while nobody looked; it stays marked until the visitor answers or leaves. */
  #follow(state: State, watched: boolean, justWrote: boolean): void {
    const { transcript, conversation } = state;
    if (watched && !this.#watched) this.#newAfter = this.#watchedUpTo;
    const isLoaded = !isBehind(transcript) && transcript.settled >= (conversation?.visitor_seen ?? 0);
    const nothingNew = isLoaded && firstNews(state, this.#newAfter) === undefined;
    if (!watched || justWrote || nothingNew) this.#newAfter = undefined;
    if (watched) this.#watchedUpTo = transcript.settled;
    this.#watched = watched;
  }

  #made(row: Row): HTMLElement {
    switch (row.kind) {
      case "day":
        return this.#dayLine(row);
      case "news":
        return element("p", { class: "day news", "data-part": "news" }, element("span", {}, this.#texts.news));
      case "message":
        return this.#message(row);
    }
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
    return days[ago] ?? this.#habits.day(date);
  }

  #message(row: MessageRow): HTMLElement {
    const name = this.#authorOf(row);
    return element(
      "div",
      { class: `message ${row.author}`, "data-part": "message", "data-author": row.author },
      element("span", { class: "author" }, picture(row.avatar, "avatar"), element("span", {}, name)),
      element("p", { class: "text", dir: "auto" }, ...linked(row.text)),
      element("div", { class: "files" }),
      element(
        "span",
        { class: "meta" },
        element("time", { datetime: row.at.toISOString() }, this.#habits.time(row.at)),
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
    if (text!.textContent !== row.text) text!.replaceChildren(...linked(row.text));
    write(time!, this.#habits.time(row.at));
    write(word!, delivery === undefined ? "" : this.#texts[delivery]);
    set(retry!, { hidden: delivery !== "failed" });
    set(text!, { hidden: row.text === "" });
    this.#attached.draw(made.querySelector(".files")!, row);
  }

  #authorOf({ author, name }: MessageRow): string {
    const { you, agent, assistant } = this.#texts;
    const unnamed = { visitor: you, agent, flow: assistant, system: "" };
    return author === "visitor" ? you : (name ?? unnamed[author]);
  }
}

/** A text whose addresses can be followed: in a new tab, which learns nothing of this one. */
export function linked(text: string): (Node | string)[] {
  return pieces(text).map(({ text: words, href }) =>
    href === undefined
      ? words
      : element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, words),
  );
}
