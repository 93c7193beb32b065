/** How does the visitor judge a conversation that is over? Three questions, one at a time. */
import type { Session } from "../session";
import type { State } from "../state";
import { isJudged, judge, nextQuestion, skip, type Question } from "../surveys";
import { button, element, set, write } from "../view/dom";
import type { Habits } from "./habits";
import { plain } from "./plain";
import type { Texts } from "./texts";

const LONGEST_COMMENT = 1000;

export class SurveyCard {
  readonly element: HTMLElement;
  readonly #session: Session;
  readonly #texts: Texts;
  readonly #habits: Habits;
  readonly #question = element("div", { class: "question" });
  readonly #problem = element("p", { class: "problem", role: "alert" });
  readonly #thanks: HTMLElement;
  #asked: Question | undefined;

  constructor(session: Session, habits: Habits, texts: Texts) {
    this.#session = session;
    this.#texts = texts;
    this.#habits = habits;
    this.#thanks = element("p", { class: "thanks", "data-part": "survey-thanks", tabindex: -1 });
    write(this.#thanks, texts.thanks);
    this.element = element(
      "section",
      { class: "survey", "aria-label": texts.survey, "data-part": "survey" },
      this.#question,
      this.#problem,
      this.#thanks,
    );
  }

  draw(state: State): void {
    const shown = isJudged(state);
    const asked = shown ? nextQuestion(state) : undefined;
    set(this.element, { hidden: !shown, "data-question": asked });
    set(this.#thanks, { hidden: asked !== undefined });
    write(this.#problem, state.survey.failed ? this.#texts.survey_failed : "");
    if (asked !== this.#asked) this.#ask(asked);
    set(this.#question, { "aria-busy": state.survey.sending ? "true" : undefined });
  }

  #ask(asked: Question | undefined): void {
    // Only a visitor who is answering is led to the next question.
    const answering = this.element.matches(":focus-within");
    this.#asked = asked;
    this.#question.replaceChildren(...(asked ? [this.#made(asked)] : []));
    if (!answering) return;
    (this.#question.querySelector<HTMLElement>("[data-first]") ?? this.#thanks).focus();
  }

  #made(asked: Question): HTMLElement {
    const later = button(
      { class: "link", "data-part": "survey-skip" },
      () => skip(this.#session, asked),
      this.#texts.skip,
    );
    if (asked === "comment") return this.#comment(later);
    const [low, high] = [this.#texts[`${asked}_low`], this.#texts[`${asked}_high`]];
    return element(
      "fieldset",
      { class: "scale" },
      element("legend", {}, this.#texts[asked]),
      element("div", { class: `marks ${asked}` }, ...this.#marks(asked, low, high)),
      element(
        "p",
        { class: "ends", "aria-hidden": "true" },
        element("span", {}, low),
        element("span", {}, high),
      ),
      later,
    );
  }

  #marks(asked: "csat" | "nps", low: string, high: string): HTMLElement[] {
    const [from, to] = asked === "csat" ? [1, 5] : [0, 10];
    return [...Array(to - from + 1).keys()].map((place) => {
      const mark = from + place;
      const word = mark === from ? low : mark === to ? high : "";
      const number = this.#habits.number(mark);
      const label = word ? `${number} – ${word}` : undefined;
      const attributes = { class: "mark", "data-mark": mark, "data-first": place === 0 };
      return button(
        { ...attributes, "aria-label": label },
        () => judge(this.#session, { [asked]: mark }),
        number,
      );
    });
  }

  #comment(later: HTMLElement): HTMLElement {
    const input = element("textarea", {
      id: "comment",
      rows: 3,
      maxlength: LONGEST_COMMENT,
      "data-part": "survey-comment",
      "data-first": true,
    });
    const form = element(
      "form",
      { class: "scale" },
      element("label", { for: "comment" }, this.#texts.comment),
      input,
      element(
        "div",
        { class: "line" },
        element("button", { type: "submit", class: "call small" }, this.#texts.survey_send),
        later,
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const comment = plain(input.value);
      if (comment) judge(this.#session, { comment });
      else skip(this.#session, "comment");
    });
    return form;
  }
}
