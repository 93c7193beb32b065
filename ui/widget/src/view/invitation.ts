/** What does a visitor see first? The notification that a rule has chosen. */
import { inLanguage, type NotificationTemplate, type NotificationTexts } from "../configuration";
import type { Engagement } from "../protocol";
import type { Session } from "../session";
import { button, CROSS, element, icon, set } from "./dom";
import { FORMATS } from "./formats";
import { cardColours, sheetOf } from "./sheets";
import { textsIn } from "./texts";

const WRITTEN_IN = "input, textarea, select, [contenteditable]";

export class Invitation {
  /** Stays on the page, empty, so that what comes into it is read out. */
  readonly element = element("div", { class: "invitation", "aria-live": "polite" });
  readonly #session: Session;
  readonly #labels: ReturnType<typeof textsIn>;
  #shown: string | undefined;
  #colours: CSSStyleSheet | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#labels = textsIn(session.state.language);
  }

  draw(engagement: Engagement | undefined): void {
    if (engagement?.id === this.#shown) return;
    this.#shown = engagement?.id;
    // A dialog that is closed, not only taken away, gives the focus back.
    this.element.querySelector("dialog")?.close();
    this.element.replaceChildren();
    const { configuration, language } = this.#session.state;
    const template = configuration.notifications[engagement?.notification ?? ""];
    const texts = inLanguage(template?.texts, language);
    if (!engagement || !template || !texts) return;
    this.#paint(template);
    const card = this.#card(template, texts);
    this.element.append(card);
    if (card instanceof HTMLDialogElement) this.#show(card);
  }

  /** Nobody asked for a dialog: it waits for whoever is writing, and no stray key answers it. */
  #show(dialog: HTMLDialogElement): void {
    if (!dialog.isConnected) return;
    if (document.activeElement?.matches(WRITTEN_IN)) {
      // The focus is on its way to something else, which may be written in too.
      const later = (): void => void setTimeout(() => this.#show(dialog));
      return document.addEventListener("focusout", later, { once: true });
    }
    dialog.showModal();
    dialog.focus();
    dialog.scrollTop = 0;
  }

  #card(template: NotificationTemplate, texts: NotificationTexts): HTMLElement {
    const { chatbox } = this.#session.state.configuration;
    // A format that this build does not know is drawn as the plainest.
    const known = Object.hasOwn(FORMATS, template.format) ? template.format : "classic";
    const modal = known === "pop_in";
    const card = element(modal ? "dialog" : "section", {
      class: `card ${known}`,
      role: modal ? undefined : "group",
      "aria-label": this.#labels.invitation,
      "data-part": "notification",
      "data-format": template.format,
      "data-position": template.position ?? chatbox?.position ?? "bottom_right",
      "data-animation": template.animation ?? "slide",
    });
    const parts = { template, texts, labels: this.#labels };
    card.append(...FORMATS[known]!(parts), this.#cross());
    // A click anywhere on the card accepts; the keyboard has its button in it.
    card.addEventListener("click", (event) => this.#clicked(event as MouseEvent, card));
    if (modal) this.#asDialog(card);
    return card;
  }

  #cross(): HTMLElement {
    const label = { "data-part": "dismiss", "aria-label": this.#labels.dismiss };
    const cross = button({ class: "dismiss", ...label }, () => undefined, icon(CROSS));
    cross.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#session.answerInvitation("dismiss");
    });
    return cross;
  }

  #clicked(event: MouseEvent, card: HTMLElement): void {
    // The ground behind a dialog counts as the dialog itself, but for the place.
    const { left, right, top, bottom } = card.getBoundingClientRect();
    const { clientX: x, clientY: y, target } = event;
    const outside = target === card && (x < left || x > right || y < top || y > bottom);
    this.#session.answerInvitation(outside ? "dismiss" : "accept");
  }

  #asDialog(card: HTMLElement): void {
    set(card, { tabindex: -1 });
    card.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#session.answerInvitation("dismiss");
    });
  }

  #paint({ colours }: NotificationTemplate): void {
    const root = this.element.getRootNode() as ShadowRoot;
    const others = root.adoptedStyleSheets.filter((sheet) => sheet !== this.#colours);
    this.#colours = sheetOf(".card", cardColours(colours));
    root.adoptedStyleSheets = [...others, this.#colours];
  }
}
