/** What else does the server know: who could take over, what was noted, what comes, and why? */

import type { Rest } from "../connection/rest";
import {
  noteOf,
  reasonsOf,
  targetsOf,
  timerOf,
  type Note,
  type Reasons,
  type Targets,
  type Timer,
} from "../routing";

export class Records {
  constructor(
    private readonly rest: Rest,
    private readonly site: string,
  ) {}

  async targets(): Promise<Targets> {
    return targetsOf(await this.rest.get(`/sites/${encodeURIComponent(this.site)}/transfer-targets`));
  }

  async notes(conversation: string): Promise<readonly Note[]> {
    const { items } = await this.rest.list(this.path(conversation, "notes"));
    return items.flatMap((item) => noteOf(item) ?? []);
  }

  async note(conversation: string, text: string): Promise<void> {
    await this.rest.post(this.path(conversation, "notes"), { text });
  }

  /** What will happen by itself, the soonest first. */
  async timers(conversation: string): Promise<readonly Timer[]> {
    const { items } = await this.rest.list(this.path(conversation, "timers"));
    return items
      .flatMap((item) => timerOf(item) ?? [])
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }

  async cancel(conversation: string, timer: string): Promise<void> {
    await this.rest.delete(this.path(conversation, `timers/${encodeURIComponent(timer)}`));
  }

  async reasons(conversation: string): Promise<Reasons> {
    return reasonsOf(await this.rest.get(this.path(conversation, "why")));
  }

  private path(conversation: string, rest: string): string {
    return `/sites/${encodeURIComponent(this.site)}/conversations/${conversation}/${rest}`;
  }
}
