/** A browser with several tabs: its locks and its channel, which the test may disturb. */
import type { FakeStorage } from "./chance";
import type { Channel, Locks, Tabs } from "../src/shared-line";

type Held = () => Promise<void>;
interface Waiting {
  readonly held: Held;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class FakeBrowser {
  readonly #queue: Waiting[] = [];
  #holder: Waiting | undefined;
  readonly #channels = new Set<FakeChannel>();
  #ids = 0;

  /** What one tab sees; `asleep` tabs hear nothing. */
  tab(isAsleep = (): boolean => false): Tabs {
    return {
      name: "vestibule.bank",
      locks: this.locks,
      open: () => {
        const channel = new FakeChannel(this.#channels, isAsleep);
        this.#channels.add(channel);
        return channel;
      },
      newId: () => `tab${(this.#ids += 1)}`,
    };
  }

  readonly locks: Locks = {
    request: (_, options, held) =>
      new Promise<void>((resolve, reject) => {
        const waiting = { held, resolve, reject };
        if ("signal" in options) this.#wait(waiting, options.signal);
        else this.#steal(waiting);
      }),
  };

  #wait(waiting: Waiting, signal: AbortSignal): void {
    signal.addEventListener("abort", () => {
      const place = this.#queue.indexOf(waiting);
      if (place < 0) return;
      this.#queue.splice(place, 1);
      waiting.reject(new Error("aborted"));
    });
    this.#queue.push(waiting);
    this.#grant();
  }

  #steal(waiting: Waiting): void {
    const robbed = this.#holder;
    this.#holder = undefined;
    robbed?.reject(new Error("stolen"));
    this.#queue.unshift(waiting);
    this.#grant();
  }

  #grant(): void {
    if (this.#holder) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#holder = next;
    void next.held().then(() => {
      if (this.#holder === next) this.#holder = undefined;
      next.resolve();
      this.#grant();
    });
  }
}

class FakeChannel implements Channel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly #all: Set<FakeChannel>;
  readonly #isAsleep: () => boolean;

  constructor(all: Set<FakeChannel>, isAsleep: () => boolean) {
    this.#all = all;
    this.#isAsleep = isAsleep;
  }

  postMessage(word: unknown): void {
    const data = structuredClone(word);
    for (const other of this.#all) {
      if (other !== this && !other.#isAsleep()) queueMicrotask(() => other.onmessage?.({ data }));
    }
  }

  close(): void {
    this.onmessage = null;
    this.#all.delete(this);
  }
}

/** The browser's storage as one tab writes it; the others are to be told of what changes. */
export function ownView(
  storage: FakeStorage,
  tell: (name: string, value: string | null) => void,
): FakeStorage {
  const write = (name: string, value: string | null): void => {
    if (storage.getItem(name) === value) return;
    if (value === null) storage.removeItem(name);
    else storage.setItem(name, value);
    tell(name, value);
  };
  return new Proxy(storage, {
    get(target, name) {
      if (name === "setItem") return write;
      if (name === "removeItem") return (key: string) => write(key, null);
      return Reflect.get(target, name) as unknown;
    },
  });
}
