/**
 * What do we remember, and where?
 *
 * LIGHT consent: in this page only. FULL consent: in the browser's storage too. Each key is its own
 * entry, so that two tabs never overwrite each other's unsent messages. The consent itself is one,
 * so that what the visitor says in one tab holds in all.
 */
import type { Consent } from "./protocol";

const CONSENT = "consent";

export class Memory {
  readonly #prefix: string;
  readonly #here = new Map<string, unknown>();
  readonly #storage: Storage | undefined;
  #consent: Consent = "light";

  constructor(site: string, storage: Storage | undefined) {
    this.#prefix = `vestibule.${site}.`;
    this.#storage = storage;
  }

  get consent(): Consent {
    return this.#consent;
  }

  /**
   * Follow the visitor's choice: FULL stores what we know, LIGHT erases what was stored. A site
   * that does not ask assumes consent; who was not asked does not count as having `given` it.
   */
  allow(consent: Consent, given = true): void {
    this.#consent = consent;
    if (consent === "light") return this.#erase();
    for (const [key, value] of this.#stored()) {
      if (!this.#here.has(key)) this.#here.set(key, value);
    }
    this.#here.set(CONSENT, given ? "given" : "assumed");
    for (const [key, value] of this.#here) this.#store(key, value);
  }

  get<T>(key: string): T | undefined {
    return this.#here.get(key) as T | undefined;
  }

  /** Remember a value; undefined forgets it. */
  put(key: string, value: unknown): void {
    if (value === undefined) this.#here.delete(key);
    else this.#here.set(key, value);
    if (this.#consent === "full") this.#store(key, value);
  }

  /** The values whose key begins so, in the order of their keys. */
  under<T>(prefix: string): T[] {
    const keys = [...this.#here.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => this.#here.get(key) as T);
  }

  /** Whether the visitor has agreed, here and once, to be remembered. */
  wasGiven(): boolean {
    return this.#stored().some(([key, value]) => key === CONSENT && value === "given");
  }

  /** What another tab has made of the visitor's consent, if this storage event tells. */
  consentHeard(storageKey: string | null, text: string | null): Consent | undefined {
    if (storageKey !== this.#prefix + CONSENT) return undefined;
    if (text === null) return "light";
    return parsed(text) === "given" ? "full" : undefined;
  }

  /** Take up what another tab wrote under this storage key; returns our key, if it was ours. */
  heard(storageKey: string | null, text: string | null): string | undefined {
    if (this.#consent !== "full" || !storageKey?.startsWith(this.#prefix)) return undefined;
    const key = storageKey.slice(this.#prefix.length);
    const value = parsed(text);
    if (value === undefined) this.#here.delete(key);
    else this.#here.set(key, value);
    return key;
  }

  /** Forget the visitor, but not what was said of being remembered. */
  clear(): void {
    for (const key of this.#here.keys()) if (key !== CONSENT) this.put(key, undefined);
  }

  /** Forget everything; what is said to this memory later stays in the page. */
  forget(): void {
    this.#consent = "light";
    this.#here.clear();
    this.#erase();
  }

  #store(key: string, value: unknown): void {
    const name = this.#prefix + key;
    attempt(() => {
      if (value === undefined) this.#storage?.removeItem(name);
      else this.#storage?.setItem(name, JSON.stringify(value));
    });
  }

  #stored(): [string, unknown][] {
    return this.#storageKeys()
      .map((name): [string, unknown] => [
        name.slice(this.#prefix.length),
        parsed(attempt(() => this.#storage?.getItem(name)) ?? null),
      ])
      .filter(([, value]) => value !== undefined);
  }

  #erase(): void {
    for (const name of this.#storageKeys()) attempt(() => this.#storage?.removeItem(name));
  }

  #storageKeys(): string[] {
    const names = attempt(() => Object.keys(this.#storage ?? {})) ?? [];
    return names.filter((name) => name.startsWith(this.#prefix));
  }
}

/** The browser's storage, or none where the visitor forbids it. */
export function browserStorage(): Storage | undefined {
  return attempt(() => window.localStorage);
}

function parsed(text: string | null): unknown {
  return text === null ? undefined : attempt(() => JSON.parse(text) as unknown);
}

/** Storage may be full or forbidden, and hold what others wrote: the page's own memory serves. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
