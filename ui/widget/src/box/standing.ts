/** How does the conversation stand: who waits, where in the queue, and is it over? */
import type { ChatboxTexts } from "../configuration";
import type { State } from "../state";
import { element, set, write } from "../view/dom";
import { fillIn } from "../view/texts";
import type { Habits } from "./habits";
import type { Texts } from "./texts";

export class Standing {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #words: ChatboxTexts | undefined;
  readonly #habits: Habits;
  readonly #state = element("p", { class: "state", "data-part": "state", role: "status", dir: "auto" });
  readonly #position = element("p", { class: "position", "data-part": "position", role: "status" });

  constructor(habits: Habits, texts: Texts, words: ChatboxTexts | undefined) {
    this.#habits = habits;
    this.#texts = texts;
    this.#words = words;
    this.element = element("div", { class: "notice" }, this.#state, this.#position);
  }

  draw(state: State): void {
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
    const place = position ? fillIn(this.#texts.position, { n: this.#habits.number(position) }) : "";
    if (seconds === undefined || seconds === null) return place;
    const time = this.#habits.minutes(Math.ceil(seconds / 60));
    return `${place} ${seconds > 60 ? fillIn(this.#texts.minutes, { time }) : this.#texts.soon}`.trim();
  }
}
