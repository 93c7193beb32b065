/** What do the server's words on people, waits and reasons look like? Read once here, then trusted. */

import { listOf, numberIn, objectOf, textIn, textsOf, type Json } from "./protocol";

export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly slots: number;
  readonly freeSlots: number;
}

export interface ListedRule {
  readonly id: string;
  readonly name: string;
}

export interface Targets {
  readonly agents: readonly Colleague[];
  readonly rules: readonly ListedRule[];
}

export interface Note {
  readonly id: string;
  /** The id of whoever wrote it. */
  readonly author: string;
  readonly text: string;
  readonly at: string;
}

/** Something that will happen by itself. */
export interface Timer {
  readonly id: string;
  readonly what: string;
  readonly at: string;
  /** What of the configuration makes it happen. */
  readonly rule: { readonly kind: string; readonly id: string } | null;
}

/** An agent as a decision saw them. */
export interface Considered {
  readonly agent: string;
  readonly reason: string;
  readonly load: number;
  readonly slots: number;
}

export interface ConsideredGroup {
  readonly group: string;
  readonly waiting: number | null;
  readonly queueLimit: number | null;
  readonly agents: readonly Considered[];
  readonly leftOut: number;
}

export interface Decision {
  readonly at: string;
  readonly event: string;
  readonly sentences: readonly string[];
  /** Who got it, and as a member of which group. */
  readonly winner: string | null;
  readonly group: string | null;
  readonly groups: readonly ConsideredGroup[];
}

export interface Reasons {
  /** The rule that reached out to the visitor, if one did. */
  readonly engagedBy: string | null;
  /** A sentence on every targeting rule that was considered then. */
  readonly targeting: readonly string[];
  /** The latest first. */
  readonly decisions: readonly Decision[];
}

export function targetsOf(value: unknown): Targets {
  const json = objectOf(value);
  return {
    agents: objects(json?.["agents"]).flatMap((each) => {
      const id = textIn(each, "id");
      if (id === null) return [];
      return [
        {
          id,
          name: textIn(each, "name") ?? id,
          status: textIn(each, "status") ?? "offline",
          slots: numberIn(each, "slots"),
          freeSlots: numberIn(each, "free_slots"),
        },
      ];
    }),
    rules: objects(json?.["routing_rules"]).flatMap((each) => {
      const id = textIn(each, "id");
      return id === null ? [] : [{ id, name: textIn(each, "name") ?? id }];
    }),
  };
}

export function noteOf(value: unknown): Note | null {
  const json = objectOf(value);
  const id = textIn(json, "id");
  if (id === null) return null;
  return {
    id,
    author: textIn(json, "author") ?? "",
    text: textIn(json, "text") ?? "",
    at: textIn(json, "written_at") ?? "",
  };
}

export function timerOf(value: unknown): Timer | null {
  const json = objectOf(value);
  const id = textIn(json, "id");
  const at = textIn(json, "at");
  if (id === null || at === null) return null;
  const rule = objectOf(json?.["rule"]);
  return {
    id,
    at,
    what: textIn(json, "what") ?? "",
    rule: rule && { kind: textIn(rule, "kind") ?? "", id: textIn(rule, "id") ?? "" },
  };
}

export function reasonsOf(value: unknown): Reasons {
  const json = objectOf(value);
  const engagement = objectOf(json?.["engagement"]);
  return {
    engagedBy: textIn(engagement, "rule") ?? textIn(engagement, "fired"),
    targeting: textsOf(engagement?.["sentences"]),
    decisions: objects(json?.["routing"]).map(decisionOf).reverse(),
  };
}

function decisionOf(json: Json): Decision {
  const record = objectOf(json["record"]);
  return {
    at: textIn(json, "at") ?? "",
    event: textIn(json, "event") ?? "",
    sentences: textsOf(json["sentences"]),
    winner: textIn(record, "agent"),
    group: textIn(record, "group"),
    groups: objects(record?.["groups"]).map((group) => ({
      group: textIn(group, "group") ?? "",
      waiting: "waiting" in group ? numberIn(group, "waiting") : null,
      queueLimit: "queue_limit" in group ? numberIn(group, "queue_limit") : null,
      agents: objects(group["agents"]).map((agent) => ({
        agent: textIn(agent, "agent") ?? "",
        reason: textIn(agent, "reason") ?? "",
        load: numberIn(agent, "load"),
        slots: numberIn(agent, "slots"),
      })),
      leftOut: numberIn(group, "agents_left_out"),
    })),
  };
}

function objects(value: unknown): readonly Json[] {
  return listOf(value)
    .map(objectOf)
    .filter((each) => each !== null);
}
