/** How is the state drawn on the page? Everything the visitor sees hangs from this one element. */
import type { Alerts } from "../box/alerts";
import type { Box } from "../box/box";
import { primary } from "../facts";
import { pause } from "../pause";
import type { Session } from "../session";
import { isEngaged, offered, type State } from "../state";
import { Bubble } from "./bubble";
import { element, set } from "./dom";
import { Invitation } from "./invitation";
import { adopt, chatboxColours, sheetOf } from "./sheets";
import { directionOf, textsIn } from "./texts";
import cards from "./cards.css?inline";
import styles from "./view.css?inline";

export class View {
  readonly #session: Session;
  readonly #host = element("vestibule-widget" as "div");
  readonly #root: ShadowRoot;
  readonly #surface: HTMLElement;
  readonly #bubble: Bubble;
  readonly #invitation: Invitation;
  #alerts: Alerts | undefined;
  readonly #stop = new AbortController();
  #box: Box | undefined;
  #fetching = false;
  #wasOpen = false;
  /** What had the focus when the visitor opened the box. */
  #opener: HTMLElement | undefined;

  constructor(session: Session) {
    this.#session = session;
    const { configuration, language } = session.state;
    const { colours, font, scheme = "auto", position = "bottom_right", mobile_position } =
      configuration.chatbox ?? {};
    this.#root = this.#host.attachShadow({ mode: "open" });
    adopt(this.#root, styles + cards);
    this.#root.adoptedStyleSheets = [
      ...this.#root.adoptedStyleSheets,
      sheetOf(":host", chatboxColours(colours)),
      sheetOf(".surface", { "font-family": font }),
    ];
    this.#follow(scheme);
    this.#surface = element("section", {
      class: "surface",
      "aria-label": textsIn(language).chat,
      lang: primary(language),
      dir: directionOf(language),
      "data-position": position,
      "data-mobile-position": mobile_position ?? position,
    });
    this.#bubble = new Bubble(language, () => this.#toggle());
    this.#invitation = new Invitation(session);
    this.#surface.append(this.#invitation.element, this.#bubble.element);
    this.#surface.addEventListener("keydown", (event) => this.#key(event));
    this.#root.append(this.#surface);
    const look = (): void => this.draw(session.state);
    document.addEventListener("visibilitychange", look, { signal: this.#stop.signal });
  }

  draw(state: State): void {
    // Beside the body: the page may replace or transform what is in it; some replace even more.
    if (!this.#host.isConnected) document.documentElement.append(this.#host);
    const open = state.open !== false && isEngaged(state);
    const invitation = offered(state);
    if (open && !this.#wasOpen) this.#remember(state);
    this.#wasOpen = open;
    this.#bubble.draw(state, isEngaged(state) && !invitation);
    this.#invitation.draw(invitation);
    if (state.alerts && !this.#alerts) void this.#fetchAlerts();
    this.#alerts?.draw(state);
    set(this.#surface, { "data-open": open });
    if (open && !this.#box) void this.#fetchBox();
    this.#box?.draw(state, open);
  }

  remove(): void {
    this.#stop.abort();
    this.#alerts?.remove();
    this.#host.remove();
  }

  #follow(scheme: "auto" | "light" | "dark"): void {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const wished = (): string => (dark.matches ? "dark" : "light");
    const write = (): void => set(this.#host, { "data-scheme": scheme === "auto" ? wished() : scheme });
    dark.addEventListener("change", write, { signal: this.#stop.signal });
    write();
  }

  async #fetchBox(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const { Box } = await import("../box/box");
      await pause();
      if (this.#stop.signal.aborted) return;
      this.#box = new Box(this.#session, this.#root, () => this.#close());
      this.#bubble.element.before(this.#box.element);
      await pause();
      if (this.#stop.signal.aborted) return;
      this.draw(this.#session.state);
    } catch (error) {
      // Most likely the network: the next opening tries again.
      console.warn("vestibule: the box could not be loaded", error);
      this.#session.change({ open: false });
    } finally {
      this.#fetching = false;
    }
  }

  /** Whoever never wished for them never loads them. */
  async #fetchAlerts(): Promise<void> {
    try {
      const { Alerts } = await import("../box/alerts");
      this.#alerts ??= new Alerts(this.#session.state);
      this.#alerts.draw(this.#session.state);
    } catch (error) {
      console.warn("vestibule: alerts could not be loaded", error);
    }
  }

  #toggle(): void {
    if (this.#session.state.open) this.#close();
    else this.#session.change({ open: "by_visitor" });
  }

  #remember({ open }: State): void {
    const outside = document.activeElement;
    const focused = outside === this.#host ? this.#root.activeElement : outside;
    const chosen = open === "by_visitor" && focused instanceof HTMLElement;
    this.#opener = chosen && focused !== document.body ? focused : undefined;
  }

  /** Close the box; the focus goes back to where it was, or else to what opens the box again. */
  #close(): void {
    this.#session.change({ open: false });
    const back = this.#opener?.checkVisibility() ? this.#opener : this.#bubble.element;
    back.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    if (this.#session.state.open) this.#close();
    else this.#session.answerInvitation("dismiss");
  }
}
