/** Which conversations does this connection hear of?
 *
 * The server pushes a conversation's messages to the connections that resumed it. Every new connection resumes
 * the agent's own conversations, which also brings what was said while there was none.
 */

import type { Clock } from "../clock";
import { Unanswered, type Link } from "../connection/link";
import { listOf, messageOf, numberIn } from "../protocol";
import type { Reader } from "./reader";
import { isMine } from "./select";
import type { Store } from "./store";
import { emptyThread } from "./thread";

/** More than this does not fit into one frame for sure. */
const FITS = 20;
const PAUSE = 3_000;

export class Follower {
  private readonly following = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly link: Link,
    private readonly reader: Reader,
    private readonly clock: Clock,
  ) {}

  /** A new connection hears nothing yet; the list of what is ours, read at the same time, says what to resume. */
  restart(): void {
    this.following.clear();
  }

  followMine(): void {
    for (const name of Object.keys(this.store.state().views)) this.followIfMine(name);
  }

  followIfMine(name: string): void {
    const state = this.store.state();
    const view = state.views[name];
    if (view === undefined || !isMine(state, view)) this.following.delete(name);
    else if (state.link.kind === "open" && !this.following.has(name)) void this.follow(name);
  }

  private async follow(name: string): Promise<void> {
    this.following.add(name);
    const { views, threads } = this.store.state();
    const thread = threads[name] ?? emptyThread;
    const behind = (views[name]?.last_number ?? 0) - thread.through;
    if (!thread.loaded || behind > FITS) await this.reader.readMessages(name);
    try {
      await this.resume(name);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.following.delete(name);
      if (error.kind === "late") this.link.drop();
      if (error.kind === "refused") this.doubt(name);
    }
  }

  private async resume(name: string): Promise<void> {
    const after = this.store.state().threads[name]?.through ?? 0;
    const answer = await this.link.ask({ action: "resume", conversation: name, after });
    const messages = listOf(answer["items"]).flatMap((item) => messageOf(item, name) ?? []);
    const reached = Math.max(after, ...messages.map((message) => message.number));
    const complete = reached >= numberIn(answer, "last");
    this.store.dispatch({ type: "listed", conversation: name, messages, after, complete });
    if (!complete) await this.reader.readMessages(name);
  }

  /** Not ours any more, or the server had no time: the conversation itself knows. */
  private doubt(name: string): void {
    this.clock.after(PAUSE, () => {
      void this.reader.readConversation(name).then(() => this.followIfMine(name));
    });
  }
}
