/** What is shown, worked out of what is known. */

import type { Message, View } from "../protocol";
import type { Outgoing } from "./outbox";
import type { State } from "./state";

/** After every moment that can be. */
const NEVER = "9999";

/** The agent's own conversations: those that wait for an answer first, the longest wait on top. */
export function mine(state: State): readonly View[] {
  return Object.values(state.views)
    .filter((view) => isMine(state, view))
    .sort(
      (a, b) =>
        order(a.unanswered_since ?? NEVER, b.unanswered_since ?? NEVER) ||
        order(b.opened_at, a.opened_at) ||
        order(a.id, b.id),
    );
}

/** The queue, first come first. */
export function waiting(state: State): readonly View[] {
  return Object.values(state.views)
    .filter((view) => view.state === "waiting")
    .sort(
      (a, b) => order(waitingSince(a), waitingSince(b)) || order(a.id, b.id),
    );
}

export interface Queue {
  readonly group: string;
  readonly views: readonly View[];
}

/** Those who wait, group by group: the group whose first has waited longest on top. */
export function queues(state: State): readonly Queue[] {
  const found = new Map<string, View[]>();
  for (const view of waiting(state)) {
    const group = view.group ?? "";
    found.set(group, [...(found.get(group) ?? []), view]);
  }
  return [...found].map(([group, views]) => ({ group, views }));
}

/** The snoozed, the soonest to come back first. */
export function snoozed(state: State): readonly View[] {
  return Object.values(state.views)
    .filter((view) => view.state === "snoozed")
    .sort((a, b) => order(a.snoozed_until ?? NEVER, b.snoozed_until ?? NEVER) || order(a.id, b.id));
}

export function isMine(state: State, view: View): boolean {
  return view.agent === state.me && view.state === "assigned";
}

export function isOver(view: View): boolean {
  return view.state === "closed" || view.state === "missed";
}

/** How many of the visitor's messages the agent has not seen. */
export function unread(state: State, view: View): number {
  const thread = state.threads[view.id];
  if (thread === undefined || !thread.loaded) {
    return view.unanswered_since === null ? 0 : Math.max(0, view.last_number - view.agent_seen);
  }
  return [...thread.messages, ...thread.held].filter(
    (message) => message.author.kind === "visitor" && message.number > view.agent_seen,
  ).length;
}

export function unreadInAll(state: State): number {
  return mine(state).reduce((sum, view) => sum + unread(state, view), 0);
}

export function lastMessage(state: State, conversation: string): Message | null {
  return state.threads[conversation]?.messages.at(-1) ?? null;
}

export function unsent(state: State, conversation: string): readonly Outgoing[] {
  return state.outbox.filter((entry) => entry.conversation === conversation);
}

/** What to call a visitor who gave no name: the address, or something short to tell them apart. */
export function visitorName(view: View): string {
  return view.email ?? `Visitor ${(view.visitor || view.id).slice(-4)}`;
}

export function waitingSince(view: View): string {
  return view.waiting_since ?? view.opened_at;
}

/** Moments and ids are compared as bytes; a language's alphabet has no say. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
