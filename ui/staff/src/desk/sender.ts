/** When is a message sent, sent again, or given up? In order within a conversation; never twice at once. */

import type { Clock } from "../clock";
import { Unanswered, type Link } from "../connection/link";
import { messageOf, numberIn, textIn, type Attachment } from "../protocol";
import * as outbox from "./outbox";
import type { Store } from "./store";

const TRANSIENT = new Set(["busy", "rate_limited", "internal"]);
const MOST_TRIES = 6;
const PAUSE = 2_000;

export class Sender {
  constructor(
    private readonly store: Store,
    private readonly link: Link,
    private readonly clock: Clock,
    /** The server numbered a message: look whether one before it is missing. */
    private readonly onNumbered: (conversation: string) => void,
  ) {}

  write(conversation: string, text: string, attachments: readonly Attachment[]): void {
    const clientId = crypto.randomUUID();
    const writtenAt = this.clock.now();
    const entry = { clientId, conversation, text, attachments, writtenAt };
    this.change((entries) => outbox.written(entries, entry));
    this.flush();
  }

  retry(clientId: string): void {
    this.change((entries) => outbox.retried(entries, clientId));
    this.flush();
  }

  discard(clientId: string): void {
    this.change((entries) => outbox.without(entries, clientId));
  }

  /** Send what may be sent now. */
  flush(): void {
    const { link, outbox: entries } = this.store.state();
    if (link.kind !== "open") return;
    for (const entry of outbox.sendable(entries)) void this.send(entry);
  }

  private async send(entry: outbox.Outgoing): Promise<void> {
    const { clientId, conversation, text } = entry;
    const attachments = (entry.attachments ?? []).map(({ id }) => id);
    const files = attachments.length > 0 ? { attachments } : {};
    const words = { conversation, client_id: clientId, text, ...files };
    this.change((entries) => outbox.sending(entries, clientId));
    try {
      const ack = await this.link.ask({ action: "message", ...words });
      this.acknowledge(entry, numberIn(ack, "number"), textIn(ack, "sent_at"));
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      this.unsent(entry, error);
    }
  }

  private acknowledge(entry: outbox.Outgoing, number: number, sentAt: string | null): void {
    const message = messageOf({
      conversation: entry.conversation,
      number,
      author: { kind: "agent" },
      text: entry.text,
      attachments: entry.attachments ?? [],
      sent_at: sentAt ?? new Date(this.clock.now()).toISOString(),
      client_id: entry.clientId,
    });
    if (message === null) this.discard(entry.clientId);
    else this.store.dispatch({ type: "pushed", message });
    this.onNumbered(entry.conversation);
    this.flush();
  }

  private unsent(entry: outbox.Outgoing, why: Unanswered): void {
    const tries = entry.tries + 1;
    const passing = why.kind !== "refused" || TRANSIENT.has(why.code);
    if (!passing || tries >= MOST_TRIES) {
      this.change((entries) => outbox.failed(entries, entry.clientId, why.message));
      return this.flush();
    }
    this.change((entries) => outbox.postponed(entries, entry.clientId));
    // Silence on an open socket: a new connection sends it again.
    if (why.kind === "late") this.link.drop();
    if (why.kind === "refused") {
      this.clock.after(why.retryAfter || PAUSE * tries, () => this.flush());
    }
  }

  private change(step: (entries: outbox.Outbox) => outbox.Outbox): void {
    this.store.dispatch({ type: "outbox", outbox: step(this.store.state().outbox) });
  }
}
