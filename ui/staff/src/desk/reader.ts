/** How does the desk catch up with the truth? By reading lists, conversations and messages over REST. */

import type { Clock } from "../clock";
import { Refusal, type Rest } from "../connection/rest";
import { messageOf, viewOf, type View } from "../protocol";
import { namesOf } from "./names";
import { isMine } from "./select";
import type { Store } from "./store";
import { emptyThread, hasGap } from "./thread";

const PAGE = 100;
/** How long a message may be late before it is asked for. */
const PATIENCE = 2_000;
const AGAIN = 5_000;

export class Reader {
  private readonly running = new Map<string, { again: boolean }>();
  private readonly timers = new Map<string, () => void>();
  private stopped = false;

  constructor(
    private readonly rest: Rest,
    private readonly site: string,
    private readonly clock: Clock,
    private readonly store: Store,
  ) {}

  stop(): void {
    this.stopped = true;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  /** Everything the desk shows: after signing in, and after every loss of the connection. */
  async readLists(): Promise<void> {
    const { open, views } = this.store.state();
    const shown = open === null || views[open] === undefined ? [] : [this.readMessages(open)];
    const lists = [this.readMine(), this.readQueue(), this.readSnoozed()];
    await Promise.all([this.readNames(), ...lists, ...shown]);
  }

  readNames(): Promise<void> {
    return this.alone("names", async () => {
      const path = `/sites/${encodeURIComponent(this.site)}/names`;
      this.store.dispatch({ type: "named", names: namesOf(await this.rest.get(path)) });
    });
  }

  readSnoozed(): Promise<void> {
    return this.alone("snoozed", async () => {
      const { items } = await this.rest.list(this.path(`?state=snoozed&limit=${PAGE}`));
      this.store.dispatch({ type: "snoozed_listed", views: views(items) });
    });
  }

  readQueue(): Promise<void> {
    return this.alone("queue", async () => {
      const { items, more } = await this.rest.list(this.path(`?state=waiting&limit=${PAGE}`));
      this.store.dispatch({ type: "waiting_listed", views: views(items), more });
    });
  }

  /** One conversation and its messages, ours or not. */
  async readConversation(name: string): Promise<void> {
    await Promise.all([this.readView(name), this.readMessages(name)]);
  }

  readMessages(name: string): Promise<void> {
    return this.alone(`messages ${name}`, async () => {
      for (let more = true; more; ) {
        const after = this.store.state().threads[name]?.through ?? 0;
        const query = `/${name}/messages?after=${after}&limit=${PAGE}`;
        const page = await this.rest.list(this.path(query));
        const messages = page.items.flatMap((item) => messageOf(item, name) ?? []);
        more = messages.length > 0 && (page.more || messages.length === PAGE);
        this.store.dispatch({
          type: "listed",
          conversation: name,
          messages,
          after,
          complete: !more,
        });
      }
    });
  }

  /** A message came: if one before it is missing, give it a moment, then ask. */
  mind(name: string): void {
    const thread = this.store.state().threads[name];
    if (thread === undefined || !hasGap(thread)) return;
    this.later(`gap ${name}`, PATIENCE, () => {
      if (hasGap(this.store.state().threads[name] ?? emptyThread)) void this.readMessages(name);
    });
  }

  private readMine(): Promise<void> {
    return this.alone("mine", async () => {
      const { me } = this.store.state();
      const path = this.path(`?state=assigned&agent=${encodeURIComponent(me)}&limit=${PAGE}`);
      const listed = views((await this.rest.list(path)).items);
      this.store.dispatch({ type: "mine_listed", views: listed });
      const names = new Set(listed.map((view) => view.id));
      const state = this.store.state();
      const doubtful = Object.values(state.views).filter(
        (view) => isMine(state, view) && !names.has(view.id),
      );
      // Not in the list: taken from us meanwhile, or given to us since. The conversation itself knows.
      await Promise.all(doubtful.map((view) => this.readView(view.id)));
    });
  }

  private readView(name: string): Promise<void> {
    return this.alone(`view ${name}`, async () => {
      try {
        const view = viewOf(await this.rest.get(this.path(`/${name}`)));
        if (view !== null) this.store.dispatch({ type: "viewed", view });
      } catch (error) {
        if (!(error instanceof Refusal) || ![403, 404].includes(error.status)) throw error;
        this.store.dispatch({ type: "left", conversation: name });
        const { open, unreadable } = this.store.state();
        // Whoever was told why it went need not be told that it is gone.
        if (open === name && unreadable === null) {
          this.store.dispatch({ type: "unreadable", why: error.message });
        }
      }
    });
  }

  /** One reading of a kind at a time; a wish that comes meanwhile is fulfilled right after. */
  private async alone(kind: string, task: () => Promise<void>): Promise<void> {
    const running = this.running.get(kind);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const mark = { again: true };
    this.running.set(kind, mark);
    try {
      while (mark.again) {
        mark.again = false;
        await task();
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // A busy server, or none in reach, is asked again; a refusal stays one.
      if (error.status === 0 || error.status === 429 || error.status >= 500) {
        this.later(kind, AGAIN * (1 + this.clock.random()), () => void this.alone(kind, task));
      }
    } finally {
      this.running.delete(kind);
    }
  }

  private later(kind: string, milliseconds: number, task: () => void): void {
    if (this.stopped || this.timers.has(kind)) return;
    const cancel = this.clock.after(milliseconds, () => {
      this.timers.delete(kind);
      task();
    });
    this.timers.set(kind, cancel);
  }

  private path(rest: string): string {
    return `/sites/${encodeURIComponent(this.site)}/conversations${rest}`;
  }
}

function views(items: readonly unknown[]): readonly View[] {
  return items.flatMap((item) => viewOf(item) ?? []);
}
