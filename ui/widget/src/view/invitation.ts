/** What does a visitor see first? The notification that a rule has chosen. */
import { inLanguage, type NotificationTemplate, type NotificationTexts } from "../configuration";
import type { Engagement } from "../protocol";
import type { Session } from "../session";
import { button, CROSS, element, icon, picture, set, SPEECH } from "./dom";
import { colourSheet } from "./sheets";
import { textsIn } from "./texts";

interface Parts {
  readonly template: NotificationTemplate;
  readonly texts: NotificationTexts;
  readonly accept: () => void;
  readonly labels: ReturnType<typeof textsIn>;
}

/** One entry a format; a format that this build does not know is drawn as the plainest. */
const FORMATS: Readonly<Record<string, (parts: Parts) => HTMLElement[]>> = { classic, badge };

export class Invitation {
  /** Stays on the page, empty, so that what comes into it is read out. */
  readonly element = element("div", { class: "invitation", "aria-live": "polite" });
  readonly #session: Session;
  #shown: string | undefined;
  #colours: CSSStyleSheet | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  draw(engagement: Engagement | undefined): void {
    if (engagement?.id === this.#shown) return;
    this.#shown = engagement?.id;
    this.element.replaceChildren();
    const { configuration, language } = this.#session.state;
    const template = configuration.notifications[engagement?.notification ?? ""];
    const texts = inLanguage(template?.texts, language);
    if (!engagement || !template || !texts) return;
    this.#paint(template);
    this.element.append(this.#card(template, texts, language));
  }

  #card(template: NotificationTemplate, texts: NotificationTexts, language: string): HTMLElement {
    const labels = textsIn(language);
    const accept = (): void => this.#session.answerInvitation("accept");
    const dismiss = (event: Event): void => {
      event.stopPropagation();
      this.#session.answerInvitation("dismiss");
    };
    const known = template.format in FORMATS ? template.format : "classic";
    const card = element("section", {
      class: `card ${known}`,
      role: "group",
      "aria-label": labels.invitation,
      "data-part": "notification",
      "data-format": template.format,
      "data-position": template.position ?? configurationPosition(this.#session),
    });
    const cross = button(
      { class: "dismiss", "data-part": "dismiss", "aria-label": labels.dismiss },
      () => undefined,
      icon(CROSS),
    );
    cross.addEventListener("click", dismiss);
    card.append(...FORMATS[known]!({ template, texts, accept, labels }), cross);
    // A click anywhere on the card accepts; the keyboard has its button in it.
    card.addEventListener("click", accept);
    return card;
  }

  #paint({ colours }: NotificationTemplate): void {
    const root = this.element.getRootNode() as ShadowRoot;
    const others = root.adoptedStyleSheets.filter((sheet) => sheet !== this.#colours);
    const { background, text } = colours ?? {};
    // On a card with colours of its own the button has them the other way round, to stand out.
    const button = background && text ? { call: text, "on-call": background } : {};
    this.#colours = colourSheet(".card", { card: background, "on-card": text, ...button });
    root.adoptedStyleSheets = [...others, this.#colours];
  }
}

function classic({ template, texts, labels }: Parts): HTMLElement[] {
  const words = element(
    "div",
    { class: "words" },
    texts.title && element("strong", { class: "title", dir: "auto" }, texts.title),
    element("p", { class: "text", dir: "auto" }, texts.text),
  );
  const image = picture(template.image, "image");
  const call = element(
    "button",
    { type: "button", class: "call", "data-part": "accept" },
    texts.call_to_action ?? labels.open,
  );
  return [...(image ? [image] : []), words, call];
}

function badge({ template, texts }: Parts): HTMLElement[] {
  const body = element("button", { type: "button", class: "pill", "data-part": "accept" });
  const image = picture(template.image, "image");
  body.append(
    image ?? icon(SPEECH),
    element("span", { class: "text", dir: "auto" }, texts.call_to_action ?? texts.title ?? texts.text),
  );
  set(body, { title: texts.text });
  return [body];
}

function configurationPosition(session: Session): string {
  return session.state.configuration.chatbox?.position ?? "bottom_right";
}
