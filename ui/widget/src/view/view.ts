/** How is the state drawn on the page? Everything the visitor sees hangs from this one element. */
import type { Box } from "../box/box";
import { primary } from "../facts";
import type { Session } from "../session";
import { isEngaged, offered, type State } from "../state";
import { Bubble } from "./bubble";
import { element, set } from "./dom";
import { Invitation } from "./invitation";
import { adopt, colourSheet } from "./sheets";
import { directionOf } from "./texts";
import styles from "./view.css?inline";

export class View {
  readonly #session: Session;
  readonly #host = element("vestibule-widget" as "div");
  readonly #root: ShadowRoot;
  readonly #surface = element("div", { class: "surface" });
  readonly #bubble: Bubble;
  readonly #invitation: Invitation;
  #box: Box | undefined;
  #fetching = false;

  constructor(session: Session) {
    this.#session = session;
    const { configuration, language } = session.state;
    const { chatbox } = configuration;
    this.#root = this.#host.attachShadow({ mode: "open" });
    adopt(this.#root, styles);
    this.#root.adoptedStyleSheets.push(
      colourSheet(":host", { primary: chatbox?.colours?.primary, "on-primary": chatbox?.colours?.text }),
    );
    set(this.#surface, {
      lang: primary(language),
      dir: directionOf(language),
      "data-position": chatbox?.position ?? "bottom_right",
    });
    this.#bubble = new Bubble(language, () => this.#toggle());
    this.#invitation = new Invitation(session);
    this.#surface.append(this.#invitation.element, this.#bubble.element);
    this.#surface.addEventListener("keydown", (event) => this.#key(event));
    this.#root.append(this.#surface);
    // Beside the body: the page may replace or transform what is in it.
    document.documentElement.append(this.#host);
  }

  draw(state: State): void {
    const open = state.open !== false && isEngaged(state);
    const invitation = offered(state);
    this.#bubble.draw(state, isEngaged(state) && !invitation);
    this.#invitation.draw(invitation);
    set(this.#surface, { "data-open": open });
    if (open && !this.#box) void this.#fetchBox();
    this.#box?.draw(state, open);
  }

  remove(): void {
    this.#host.remove();
  }

  async #fetchBox(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const { Box } = await import("../box/box");
      this.#box = new Box(this.#session, this.#root, () => this.#close());
      this.#bubble.element.before(this.#box.element);
      this.draw(this.#session.state);
    } catch (error) {
      // Most likely the network: the next opening tries again.
      console.warn("vestibule: the box could not be loaded", error);
      this.#session.change({ open: false });
    } finally {
      this.#fetching = false;
    }
  }

  #toggle(): void {
    if (this.#session.state.open) this.#close();
    else this.#session.change({ open: "by_visitor" });
  }

  #close(): void {
    this.#session.change({ open: false });
    this.#bubble.element.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    if (this.#session.state.open) this.#close();
    else this.#session.answerInvitation("dismiss");
  }
}
