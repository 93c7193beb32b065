/** To whom can a conversation be transferred, in which order, and what would happen there? */

import type { Colleague, Targets } from "../routing";
import type { Target } from "./actions";

export interface Choice {
  readonly target: Target;
  /** Null for a rule, which finds somebody by itself. */
  readonly colleague: Colleague | null;
  readonly hint: string;
}

/** People before rules; whoever could answer at once comes first. The search looks into names. */
export function choicesOf(targets: Targets, me: string, search: string): readonly Choice[] {
  const wanted = folded(search.trim());
  const people = targets.agents
    .filter((agent) => agent.id !== me && folded(agent.name).includes(wanted))
    .sort((a, b) => rank(a) - rank(b));
  const rules = targets.rules.filter((rule) => folded(rule.name).includes(wanted));
  return [
    ...people.map((colleague) => ({
      target: { kind: "agent" as const, id: colleague.id, name: colleague.name },
      colleague,
      hint: statusWords(colleague),
    })),
    ...rules.map(({ id, name }) => ({
      target: { kind: "routing_rule" as const, id, name },
      colleague: null,
      hint: "Routing rule",
    })),
  ];
}

/** What will happen, before it does; empty when it goes there at once. */
export function warningOf(choice: Choice): string {
  const { colleague, target } = choice;
  if (colleague === null || (colleague.status === "available" && colleague.freeSlots > 0)) return "";
  return `${target.name} cannot take it now. It waits for ${target.name} first, then for anybody in the group.`;
}

function statusWords(colleague: Colleague): string {
  switch (colleague.status) {
    case "available":
      return "Available";
    case "busy":
      return "Busy";
    case "away":
      return "Away";
    default:
      return "Offline";
  }
}

const ORDER = ["available", "busy", "away", "offline"];

function rank(colleague: Colleague): number {
  const place = ORDER.indexOf(colleague.status);
  return place < 0 ? ORDER.length : place;
}

/** As people search: without case and accents. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
