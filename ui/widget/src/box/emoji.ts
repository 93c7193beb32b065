/** How does a visitor at a computer put an emoji into a message? */
import { button, element, icon, set } from "../view/dom";

const EMOJI = [..."🙂😀😂😉😍🥳🤔😅😕😢😡😴👍👎👏🙏💪👋🤝🙌❤🎉⭐✅❌❓❗💡🔥⏰📅📎📦🚚🛒💳🏠✈🚗☎"];
const ROW = 8;
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: ROW,
  ArrowUp: -ROW,
};

export class EmojiPicker {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  readonly #choices: readonly HTMLButtonElement[];

  constructor(label: string, choose: (emoji: string) => void) {
    this.button = button(
      { class: "tool emoji-open", "aria-label": label, "aria-expanded": "false", "data-part": "emoji" },
      () => this.#open(this.element.hidden),
      icon("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M8 14c1 2 2.500 3 4 3s3-1 4-3", "M9 9v.5M15 9v.5"),
    );
    this.#choices = EMOJI.map((emoji) =>
      button({ class: "choice", tabindex: -1 }, () => {
        this.#open(false);
        choose(emoji);
      }, emoji),
    );
    this.element = element(
      "div",
      { class: "emoji", role: "toolbar", "aria-label": label, hidden: true },
      ...this.#choices,
    );
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #open(open: boolean): void {
    set(this.element, { hidden: !open });
    set(this.button, { "aria-expanded": String(open) });
    if (open) this.#focus(0);
    else this.button.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      // Only the picker closes, not the box around it.
      event.stopPropagation();
      return this.#open(false);
    }
    const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
    const mirrored = sideways && getComputedStyle(this.element).direction === "rtl";
    const step = (STEPS[event.key] ?? 0) * (mirrored ? -1 : 1);
    if (step === 0) return;
    event.preventDefault();
    const at = this.#choices.findIndex((choice) => choice.matches(":focus"));
    this.#focus(Math.min(Math.max(at + step, 0), this.#choices.length - 1));
  }

  /** One stop for the Tab key, however many there are. */
  #focus(place: number): void {
    this.#choices.forEach((choice, at) => set(choice, { tabindex: at === place ? 0 : -1 }));
    this.#choices[place]?.focus();
  }
}
