/** How do the parts make one widget on one page? */
import { Buttons } from "./buttons";
import { fetchConfiguration, type Configuration } from "./configuration";
import { chooseLanguage, surroundings } from "./facts";
import { newLine } from "./lines";
import type { Listeners } from "./listeners";
import { browserStorage, Memory } from "./memory";
import { Navigation } from "./navigation";
import { Observer } from "./observer";
import { pause } from "./pause";
import type { Consent, Facts } from "./protocol";
import { restore, takeToken } from "./return-link";
import { Session } from "./session";
import { initialState, isEngaged, type State } from "./state";
import { View } from "./view/view";
import type { BootOptions, Transaction, UpdateOptions } from "./vestibule";
import { Visit } from "./visit";
import { onWaking } from "./waking";
import { Watches } from "./watches";

const LONGEST_ADDRESS = 2_048;
const LONGEST_TITLE = 300;

export class Widget {
  readonly #options: BootOptions;
  readonly #listeners: Listeners;
  readonly #memory: Memory;
  readonly #visit: Visit;
  readonly #watches = new Watches();
  readonly #observer: Observer;
  readonly #navigation: Navigation;
  readonly #stop = new AbortController();
  /** Of the conversation that a link in a mail leads back to. */
  readonly #token = takeToken(location, history);
  #about: UpdateOptions;
  #chosen: Consent | undefined;
  /** Asked to open before there was anything to open. */
  #opensAtOnce = false;
  #session: Session | undefined;
  /** What the page asked for before there was a session. */
  readonly #early: ((session: Session) => void)[] = [];
  #view: View | undefined;
  #buttons: Buttons | undefined;

  constructor(options: BootOptions, listeners: Listeners) {
    this.#options = options;
    this.#listeners = listeners;
    this.#about = aboutWith({}, options);
    this.#chosen = options.consent === undefined ? undefined : consentIn(options.consent);
    this.#memory = new Memory(options.site, browserStorage());
    this.#visit = new Visit(this.#memory);
    this.#observer = new Observer(this.#visit, () => this.#look());
    this.#navigation = new Navigation(() => this.navigate());
    this.#begin().catch((error: unknown) => console.warn("vestibule:", error));
  }

  update(options: UpdateOptions): void {
    this.#about = aboutWith(this.#about, options);
    this.#session?.refresh();
  }

  open(): void {
    const session = this.#session;
    this.#opensAtOnce = true;
    if (!session) return;
    if (isEngaged(session.state)) session.change({ open: "by_visitor" });
    else console.info("vestibule: the box opens once a rule has invited the visitor");
  }

  close(): void {
    this.#opensAtOnce = false;
    this.#session?.change({ open: false });
  }

  track(name: string): void {
    this.#observer.track(name);
  }

  identify(token: string): void {
    this.#with((session) => session.identify(token));
  }

  transaction(sale: Transaction): void {
    this.#with((session) => session.sold(sale));
  }

  consent(mode: Consent): void {
    this.#chosen = consentIn(mode);
    this.#session?.consent(mode);
  }

  /** The page's address has changed without a new document. */
  navigate(): void {
    this.#navigation.turn();
    this.#observer.turn();
    this.#session?.turnPage();
  }

  /** Leave the page and this browser as if we had never been here. */
  shutdown(): void {
    this.#stop.abort();
    this.#navigation.stop();
    this.#observer.stop();
    this.#session?.stop();
    // Files on their way belong to a conversation, and stop with it.
    this.#session?.change({ conversation: undefined });
    this.#view?.remove();
    this.#buttons?.remove();
    this.#memory.forget();
  }

  async #begin(): Promise<void> {
    const configuration = await fetchConfiguration(this.#options.api, this.#options.site);
    if (!configuration || this.#stop.signal.aborted) return;
    const given = this.#memory.wasGiven();
    const allowed = given || !configuration.consent_required ? "full" : "light";
    this.#memory.allow(this.#chosen ?? allowed, given || this.#chosen === "full");
    if (this.#token !== undefined) restore(this.#memory, this.#token);
    const session = this.#newSession(configuration);
    this.#session = session;
    for (const act of this.#early) act(session);
    this.#view = new View(session);
    await pause();
    if (this.#stop.signal.aborted) return;
    this.#buttons = new Buttons(session);
    this.#draw(session.state);
    this.#listen(session);
    session.dial();
    if (this.#opensAtOnce) this.open();
  }

  #with(act: (session: Session) => void): void {
    if (this.#session) act(this.#session);
    else this.#early.push(act);
  }

  #newSession(configuration: Configuration): Session {
    const language = this.#language(configuration);
    const { site, socket } = configuration;
    return new Session(
      {
        memory: this.#memory,
        line: (events) => newLine(site, socket, this.#memory.consent, newId, events),
        now: () => new Date(),
        newId,
        isSeen: () => !document.hidden,
        // A full screen that comes with every page would be in the way.
        mayReopen: () => this.#token !== undefined || matchMedia("(min-width: 481px)").matches,
        page: (again) => this.#page(configuration, again),
        onState: (state, former) => {
          this.#draw(state);
          this.#listeners.tell(state, former);
          if (state.online && !former.online) this.#look();
        },
        onWatches: (watches) => {
          this.#watches.ask(watches);
          this.#look();
        },
        onUnheard: () => this.#watches.unheard(),
      },
      initialState(configuration, language),
    );
  }

  /** The browser shows a page that it had kept as it was: a page view like any other. */
  #returned(): void {
    this.#navigation.turn();
    this.#observer.turn();
    this.#session?.rise();
  }

  #draw(state: State): void {
    this.#view?.draw(state);
    this.#buttons?.draw(state);
  }

  #listen(session: Session): void {
    const { signal } = this.#stop;
    const wake = (): void => session.wake();
    for (const kind of ["online", "offline", "focus"]) addEventListener(kind, wake, { signal });
    document.addEventListener("visibilitychange", wake, { signal });
    onWaking(wake, signal);
    // A page that holds a line is neither kept for a return nor put to sleep.
    addEventListener("pagehide", () => session.rest(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#returned(), { signal });
    document.addEventListener("freeze", () => session.rest(), { signal });
    document.addEventListener("resume", () => session.dial(), { signal });
    addEventListener("storage", (event) => session.heardStorage(event.key, event.newValue), {
      signal,
    });
  }

  /** Report what the server asked about, once it is so and somebody looks at the page. */
  #look(): void {
    const session = this.#session;
    if (!session?.ready || document.hidden) return;
    const report = this.#watches.answer(this.#observer.facts);
    if (report) session.report(report);
    this.#observer.await(this.#watches.open);
  }

  #page(configuration: Configuration, again: boolean) {
    if (!again) this.#watches.turn();
    this.#visit.turn();
    const { device, browser, os } = surroundings(
      navigator.userAgent,
      navigator.maxTouchPoints > 1,
    );
    return {
      site: configuration.site,
      url: location.href.slice(0, LONGEST_ADDRESS),
      title: document.title.slice(0, LONGEST_TITLE),
      previous_url: this.#navigation.previous.slice(0, LONGEST_ADDRESS),
      language: this.#options.language ?? navigator.language,
      device,
      browser,
      os,
      facts: this.#about as { cart: Facts; data: Facts },
    };
  }

  #language({ languages }: Configuration): string {
    const page = document.documentElement.lang;
    const wanted = [this.#options.language ?? "", ...navigator.languages, page];
    return chooseLanguage(wanted.filter(Boolean), languages);
  }
}

/** What a page says of itself once it has said this too; null is what it knows no longer. */
function aboutWith(former: UpdateOptions, { cart, data }: UpdateOptions): UpdateOptions {
  const said = Object.entries({ ...former.data, ...data });
  return {
    cart: { ...former.cart, ...cart },
    data: Object.fromEntries(said.filter(([, value]) => value !== null)),
  };
}

/** Whatever else a page may say is no consent, and must not be taken for one. */
function consentIn(said: unknown): Consent {
  if (said === "light" || said === "full") return said;
  throw new TypeError('consent is "light" or "full"');
}

function newId(): string {
  // Pages on plain http have no `randomUUID`; they have random bytes.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
