/** How are the files of a message shown, and opened? */
import type { Attachment, Incoming, Outgoing } from "../protocol";
import type { Session } from "../session";
import { button, element } from "../view/dom";
import { isolated } from "./texts";
import type { Habits } from "./habits";
import type { MessageRow } from "./rows";

const SHOWN_IN_PLACE = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export class Attached {
  readonly #session: Session;
  readonly #habits: Habits;
  readonly #onGrown: () => void;
  readonly #asked = new Map<Outgoing, (url: string) => void>();
  /** A picture is asked for when it comes into sight. */
  readonly #sight: IntersectionObserver;
  readonly #awaited = new WeakMap<Element, () => void>();

  /** `onGrown`: a picture has come, and takes more room than its name. */
  constructor(session: Session, habits: Habits, onGrown: () => void) {
    this.#session = session;
    this.#habits = habits;
    this.#onGrown = onGrown;
    this.#sight = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) if (isIntersecting) this.#awaited.get(target)?.();
    });
    session.overhear((frame, request) => this.#heard(frame, request));
  }

  /** Put a message's files into `host`, once; and again when the message has got its number. */
  draw(host: Element, row: MessageRow): void {
    const { attachments, number, token } = row;
    const key = `${number} ${token !== undefined}`;
    if (attachments.length === 0 || host.getAttribute("data-of") === key) return;
    host.setAttribute("data-of", key);
    host.replaceChildren(...attachments.map((each) => this.#made(each, row)));
  }

  #made(attachment: Attachment, { number, token }: MessageRow): Element {
    const { name, size, type } = attachment;
    const words = `${isolated(name)} · ${this.#habits.size(size)}`;
    const canOpen = number !== undefined && token !== undefined;
    const ask = (then: (url: string) => void): void => {
      if (!canOpen) return;
      const question: Outgoing = { action: "download", token, number, attachment: attachment.id };
      if (this.#session.ask(question)) this.#asked.set(question, then);
    };
    const made = button(
      { class: "file", "data-part": "file", disabled: !canOpen },
      () => ask(open),
      element("span", { class: "name", dir: "auto" }, words),
    );
    if (!canOpen || !SHOWN_IN_PLACE.includes(type)) return made;
    this.#awaited.set(made, () => {
      this.#sight.unobserve(made);
      ask((src) => made.replaceChildren(this.#picture(src, name, words)));
    });
    this.#sight.observe(made);
    return made;
  }

  /** The picture itself; its name instead, where it cannot be shown. */
  #picture(src: string, alt: string, words: string): HTMLElement {
    const image = element("img", { src, alt, class: "photo", referrerpolicy: "no-referrer" });
    const name = element("span", { class: "name" }, words);
    image.addEventListener("load", () => this.#onGrown());
    image.addEventListener("error", () => image.replaceWith(name));
    return image;
  }

  #heard(frame: Incoming, request: Outgoing | undefined): boolean {
    if (request?.action !== "download") return false;
    if (frame.type === "download") this.#asked.get(request)?.(frame.url);
    this.#asked.delete(request);
    return true;
  }
}

/** What a browser shows opens beside the page; what it does not, it saves. */
function open(href: string): void {
  element("a", { href, target: "_blank", rel: "noopener noreferrer" }).click();
}
