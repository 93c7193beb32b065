/**
 * What do the page's own buttons say, and what does a click on one do?
 *
 * The page draws them; we only write on them whether somebody can be talked to.
 */
import type { Desk } from "./desk";
import type { ButtonState } from "./protocol";
import { isTalking, type State } from "./state";

const MARK = "data-vestibule-button";
const STATE = "data-vestibule-state";
const DISABLED = "aria-disabled";

export class Buttons {
  readonly #desk: Desk;
  readonly #stop = new AbortController();
  /** Elements may come, and be marked, at any time. */
  readonly #observer = new MutationObserver(() => this.draw(this.#desk.state));

  constructor(desk: Desk) {
    this.#desk = desk;
    const templates = Object.values(desk.state.configuration.notifications);
    // A site without such buttons does not pay for them.
    if (!templates.some(({ format }) => format === "custom_button")) return;
    const { documentElement } = document;
    const what = { subtree: true, childList: true, attributeFilter: [MARK] };
    this.#observer.observe(documentElement, what);
    const { signal } = this.#stop;
    document.addEventListener("click", (event) => this.#clicked(event), { signal });
  }

  draw(state: State): void {
    for (const element of document.querySelectorAll(`[${MARK}]`)) this.#write(element, state);
  }

  /** Leave the elements as they were found. */
  remove(): void {
    this.#stop.abort();
    this.#observer.disconnect();
    for (const element of document.querySelectorAll(`[${MARK}][${STATE}]`)) {
      element.removeAttribute(STATE);
      element.removeAttribute(DISABLED);
    }
  }

  #write(element: Element, state: State): void {
    const notification = element.getAttribute(MARK) ?? "";
    const now = stateOf(state, notification);
    if (now === undefined || element.getAttribute(STATE) === now) return;
    element.setAttribute(STATE, now);
    element.setAttribute(DISABLED, String(now !== "online"));
    const detail = { notification, state: now };
    element.dispatchEvent(new CustomEvent("vestibule:button", { bubbles: true, detail }));
  }

  #clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : undefined;
    const notification = target?.closest(`[${MARK}]`)?.getAttribute(MARK);
    if (!notification || stateOf(this.#desk.state, notification) !== "online") return;
    event.preventDefault();
    this.#open(notification);
  }

  #open(notification: string): void {
    const { state, pass } = this.#desk;
    const shown = state.buttons[notification];
    const isOpened = isTalking(state) || !shown || state.engagement?.id === shown.id;
    if (isOpened) return this.#desk.change({ open: "by_visitor" });
    const own = shown.pass ?? pass;
    if (own === undefined) return;
    this.#desk.ask({ action: "accept", pass: own, engagement: shown.id });
    this.#desk.change({ engagement: { ...shown, state: "accepted" }, open: "by_visitor" });
  }
}

/** What the button of this notification shows; undefined if it is not one. */
function stateOf(state: State, notification: string): ButtonState | undefined {
  if (state.configuration.notifications[notification]?.format !== "custom_button") return undefined;
  // Whoever talks already can always go on.
  if (isTalking(state)) return "online";
  return state.buttons[notification]?.button?.state ?? "offline";
}
