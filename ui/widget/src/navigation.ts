/** Has the page turned into another one without loading? */

const LOOK_EVERY = 1_000;

/**
 * Watches the address of a single-page site. Where the browser does not tell, it looks once a
 * second: the page's own history functions are left alone.
 */
export class Navigation {
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  readonly #onTurn: () => void;
  #here = address();
  #previous = document.referrer;

  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
    const look = (): void => this.#look();
    const { signal } = this.#stop;
    const { navigation } = window as { navigation?: EventTarget };
    if (navigation) navigation.addEventListener("navigatesuccess", look, { signal });
    else this.#timer = setInterval(look, LOOK_EVERY);
    addEventListener("popstate", look, { signal });
  }

  get previous(): string {
    return this.#previous;
  }

  /** Take the present address as the page's. */
  turn(): void {
    const now = address();
    if (now !== this.#here) this.#previous = this.#here;
    this.#here = now;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stop.abort();
  }

  #look(): void {
    if (address() !== this.#here) this.#onTurn();
  }
}

/** Many pages move within themselves by the fragment alone; routes in it begin with a slash. */
function address(): string {
  const { origin, pathname, search, hash } = location;
  return origin + pathname + search + (/^#!?\//.test(hash) ? hash : "");
}
