/** What does a wait of the server mean to the agent, and can it be called off? */

import type { Timer } from "../routing";
import { called } from "./names";
import type { State } from "./state";

const WORDS: Readonly<Record<string, string>> = {
  answer: "It goes to a colleague if nobody has answered.",
  overflow: "It is offered to the next group too.",
  kept: "Anybody of the group may take it.",
  snooze: "It comes back.",
  silence: "It closes by itself if nobody writes.",
  email_request: "The visitor is asked for an e-mail address.",
  estimated_wait: "The visitor is told how long it takes, or that it takes longer.",
  unseen: "What the visitor has not seen goes out by e-mail.",
};

export function timerWords(what: string): string {
  return WORDS[what] ?? "Something is looked at again.";
}

/** What in the configuration makes it happen; empty when nothing but the agent does. */
export function ruleWords(state: State, timer: Timer): string {
  const { rule } = timer;
  if (rule === null) return "";
  switch (rule.kind) {
    case "site":
      return "Set for the whole site";
    case "group":
      return `Set for ${called(state, "groups", rule.id)}`;
    case "flow":
      return `By the flow ${called(state, "flows", rule.id)}`;
    case "routing_rule":
      return `By the routing rule ${called(state, "routing_rules", rule.id)}`;
    default:
      return "";
  }
}

/** The other waits follow from the conversation itself. */
export function canCancel(timer: Timer): boolean {
  return ["email_request", "estimated_wait", "snooze"].includes(timer.what);
}
