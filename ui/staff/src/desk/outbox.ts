/** Which of the agent's words has the server not confirmed yet?
 *
 * An entry leaves only when the server acknowledges it, or the agent throws it away. It may be sent several
 * times under the same `clientId`; the server keeps one.
 */

import type { Attachment } from "../protocol";

export interface Outgoing {
  readonly clientId: string;
  readonly conversation: string;
  readonly text: string;
  readonly attachments?: readonly Attachment[];
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly state: "waiting" | "sending" | "failed";
  readonly tries: number;
  readonly problem: string | null;
}

export type Outbox = readonly Outgoing[];

export function written(
  outbox: Outbox,
  entry: Pick<Outgoing, "clientId" | "conversation" | "text" | "attachments" | "writtenAt">,
): Outbox {
  return [...outbox, { ...entry, state: "waiting", tries: 0, problem: null }];
}

/** What may be sent now: of each conversation the oldest, so that nothing overtakes. */
export function sendable(outbox: Outbox): readonly Outgoing[] {
  const busy = new Set<string>();
  return outbox.filter((entry) => {
    if (entry.state === "failed" || busy.has(entry.conversation)) return false;
    busy.add(entry.conversation);
    return entry.state === "waiting";
  });
}

export function sending(outbox: Outbox, clientId: string): Outbox {
  return change(outbox, clientId, (entry) => ({
    ...entry,
    state: "sending",
    tries: entry.tries + 1,
  }));
}

/** Not sent after all, or nobody said so: it waits for the next occasion. */
export function postponed(outbox: Outbox, clientId: string): Outbox {
  return change(outbox, clientId, (entry) =>
    entry.state === "sending" ? { ...entry, state: "waiting" } : entry,
  );
}

export function failed(outbox: Outbox, clientId: string, problem: string): Outbox {
  return change(outbox, clientId, (entry) => ({ ...entry, state: "failed", problem }));
}

export function retried(outbox: Outbox, clientId: string): Outbox {
  return change(outbox, clientId, (entry) =>
    entry.state === "failed" ? { ...entry, state: "waiting", tries: 0, problem: null } : entry,
  );
}

/** Acknowledged, or thrown away. */
export function without(outbox: Outbox, clientId: string | null): Outbox {
  const left = outbox.filter((entry) => entry.clientId !== clientId);
  return left.length === outbox.length ? outbox : left;
}

/** As it can be read again after a reload: nothing is on its way any more. */
export function stored(outbox: Outbox): string {
  return JSON.stringify(
    outbox.map((entry) => (entry.state === "sending" ? { ...entry, state: "waiting" } : entry)),
  );
}

export function restored(text: string | null): Outbox {
  try {
    const entries: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(entries) ? entries.filter(isOutgoing) : [];
  } catch {
    return [];
  }
}

function isOutgoing(value: unknown): value is Outgoing {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Partial<Record<keyof Outgoing, unknown>>;
  return (
    typeof entry.clientId === "string" &&
    typeof entry.conversation === "string" &&
    typeof entry.text === "string" &&
    typeof entry.writtenAt === "number" &&
    typeof entry.tries === "number" &&
    (entry.state === "waiting" || entry.state === "failed")
  );
}

function change(
  outbox: Outbox,
  clientId: string,
  changed: (entry: Outgoing) => Outgoing,
): Outbox {
  return outbox.map((entry) => (entry.clientId === clientId ? changed(entry) : entry));
}
