/** What may an agent do with a conversation, and what do they hear when somebody else was faster? */

import { Refusal, type Rest } from "../connection/rest";
import { viewOf, type Json, type View } from "../protocol";
import { takenWords } from "./losses";
import { nameOf } from "./names";
import type { Reader } from "./reader";
import { visitorName } from "./select";
import type { Notice } from "./state";
import type { Store } from "./store";

/** Somebody, or a rule that finds somebody. */
export interface Target {
  readonly kind: "agent" | "routing_rule";
  readonly id: string;
  readonly name: string;
}

export type SnoozeEnd = { readonly seconds: number } | { readonly until: string };

export interface Ending {
  readonly reason: string;
  readonly tags: readonly string[];
}

export class Actions {
  private readonly acting = new Set<string>();

  constructor(
    private readonly rest: Rest,
    private readonly site: string,
    private readonly store: Store,
    private readonly reader: Reader,
    private readonly notice: (tone: Notice["tone"], text: string) => void,
  ) {}

  /** The agent is doing something with it: what the server tells of it is no surprise. */
  isActing(conversation: string): boolean {
    return this.acting.has(conversation);
  }

  async take(conversation: string): Promise<boolean> {
    const taken = await this.act(conversation, "take", {});
    void this.reader.readLists();
    return taken !== null;
  }

  async close(conversation: string, ending: Ending = { reason: "", tags: [] }): Promise<boolean> {
    const reason = ending.reason.trim();
    const body = {
      ...(reason === "" ? {} : { reason }),
      ...(ending.tags.length === 0 ? {} : { tags: ending.tags }),
    };
    const closed = await this.act(conversation, "close", body);
    if (closed !== null) this.store.dispatch({ type: "closed", conversation });
    return closed !== null;
  }

  async transfer(conversation: string, target: Target, comment: string): Promise<boolean> {
    const words = comment.trim();
    const body = { [target.kind]: target.id, ...(words === "" ? {} : { comment: words }) };
    return this.giveAway(conversation, "transfer", body, `transferred to ${target.name}`);
  }

  async snooze(conversation: string, end: SnoozeEnd, keep: boolean): Promise<boolean> {
    return this.giveAway(conversation, "snooze", { ...end, keep }, "snoozed");
  }

  async handBack(conversation: string): Promise<boolean> {
    return this.giveAway(conversation, "hand-back", {}, "handed back to the queue");
  }

  async wake(conversation: string): Promise<boolean> {
    const woken = await this.act(conversation, "wake", {});
    void this.reader.readLists();
    return woken !== null;
  }

  async tag(conversation: string, tags: readonly string[]): Promise<boolean> {
    return (await this.act(conversation, "tags", { tags })) !== null;
  }

  private async giveAway(
    conversation: string,
    verb: string,
    body: Json,
    done: string,
  ): Promise<boolean> {
    const before = this.store.state().views[conversation];
    const after = await this.act(conversation, verb, body);
    if (after !== null && before !== undefined) {
      const why = `${visitorName(before)} was ${done}.`;
      this.notice("info", why);
      if (this.isElsewhere(after)) this.store.dispatch({ type: "left", conversation, why });
    }
    void this.reader.readLists();
    return after !== null;
  }

  /** The conversation as it is after the act; null when the server refused, and the person was told why. */
  private async act(conversation: string, verb: string, body: Json): Promise<View | null> {
    this.acting.add(conversation);
    try {
      const path = `/sites/${this.site}/conversations/${conversation}/${verb}`;
      const view = viewOf(await this.rest.post(path, body));
      if (view !== null && !this.isElsewhere(view)) this.store.dispatch({ type: "viewed", view });
      return view;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await this.explain(conversation, error);
      return null;
    } finally {
      this.acting.delete(conversation);
    }
  }

  /** What somebody else holds is theirs to see. */
  private isElsewhere(view: View): boolean {
    return view.state === "assigned" && view.agent !== this.store.state().me;
  }

  /** What is true now says more than the refusal: it is read before anything is said. */
  private async explain(conversation: string, refusal: Refusal): Promise<void> {
    const before = this.store.state().views[conversation];
    if (refusal.status !== 0) await this.reader.readConversation(conversation);
    const state = this.store.state();
    const now = state.views[conversation];
    const holder = now?.agent ?? null;
    const lost = refusal.status === 409 && (now === undefined || now.state === "assigned");
    if (before === undefined || !lost || holder === state.me) {
      return this.notice("problem", refusal.message);
    }
    const by = holder === null ? null : nameOf(state, holder);
    const why = takenWords(visitorName(before), by);
    this.notice("problem", why);
    if (now === undefined) this.store.dispatch({ type: "left", conversation, why });
  }
}
