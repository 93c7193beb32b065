/** What is on a notification of each format? */
import type { NotificationTemplate, NotificationTexts } from "../configuration";
import { element, icon, picture, SEND, set, SPEECH } from "./dom";
import type { Texts } from "./texts";

interface Parts {
  readonly template: NotificationTemplate;
  readonly texts: NotificationTexts;
  readonly labels: Texts;
}

/** One entry a format; the page draws its own button itself. */
export const FORMATS: Readonly<Record<string, (parts: Parts) => HTMLElement[]>> = {
  classic: (parts) => [...image(parts), words(parts), call(parts)],
  banner: (parts) => [...image(parts), words(parts), call(parts)],
  pop_in: (parts) => [...image(parts), words(parts), call(parts)],
  badge,
  messaging,
};

/** A pill of one line. */
function badge({ template, texts }: Parts): HTMLElement[] {
  const line = texts.call_to_action ?? texts.title ?? texts.text;
  const pill = element(
    "button",
    { type: "button", class: "pill", "data-part": "accept" },
    picture(template.image, "image") ?? icon(SPEECH),
    element("span", { class: "text", dir: "auto" }, line),
  );
  set(pill, { title: line === texts.text ? undefined : texts.text });
  return [pill];
}

/** Somebody says something, and there is room for the answer. */
function messaging({ template, texts, labels }: Parts): HTMLElement[] {
  const face = element("span", { class: "face" }, picture(template.image, "image") ?? icon(SPEECH));
  const said = element("div", { class: "said" }, face, words({ template, texts, labels }));
  const answer = element(
    "button",
    { type: "button", class: "answer", "data-part": "accept" },
    element("span", { dir: "auto" }, texts.call_to_action ?? labels.answer),
    icon(...SEND),
  );
  return [said, answer];
}

function image({ template }: Parts): HTMLElement[] {
  const shown = picture(template.image, "image");
  return shown ? [shown] : [];
}

function words({ texts }: Parts): HTMLElement {
  return element(
    "div",
    { class: "words" },
    texts.title && element("strong", { class: "title", dir: "auto" }, texts.title),
    element("p", { class: "text", dir: "auto" }, texts.text),
  );
}

function call({ texts, labels }: Parts): HTMLElement {
  const attributes = { type: "button", class: "call", "data-part": "accept" };
  return element("button", attributes, texts.call_to_action ?? labels.open);
}
