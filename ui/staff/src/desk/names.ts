/** What is everybody and everything called? The server tells ids, people look for names. */

import { objectOf, textIn, type Author, type View } from "../protocol";

/** By kind, then by id: the words for whoever or whatever is not there any more. */
const GONE = {
  agents: "a former agent",
  groups: "(removed)",
  routing_rules: "(removed)",
  targeting_rules: "(removed)",
  campaigns: "(removed)",
  flows: "(removed)",
};

export type Kind = keyof typeof GONE;
export type Names = Readonly<Record<Kind, Readonly<Record<string, string>>>> & {
  readonly site: string;
};

/** Whoever looks, and what they know of names so far. */
interface Looking {
  readonly me: string;
  readonly names: Names | null;
}

export function namesOf(value: unknown): Names {
  const json = objectOf(value);
  const kinds = Object.keys(GONE) as Kind[];
  const named = Object.fromEntries(kinds.map((kind) => [kind, texts(json?.[kind])]));
  return { ...named, site: textIn(json, "site") ?? "" } as Names;
}

/** What a colleague is called; "you" for oneself. */
export function nameOf(state: Looking, agent: string): string {
  return agent === state.me ? "you" : called(state, "agents", agent);
}

/** Who said something, as the agent would say: an own message has no name before it is read again. */
export function speakerOf(state: Looking, author: Author): string {
  const own = author.name === "" || author.name === state.names?.agents[state.me];
  return author.kind === "agent" && own ? "You" : author.name;
}

/** What anything is called; for the moment in which no names are known yet, nothing much. */
export function called(state: Looking, kind: Kind, id: string): string {
  return state.names === null ? "…" : (state.names[kind][id] ?? GONE[kind]);
}

/** The groups and people that these conversations name and we have no name for. */
export function strangers(names: Names | null, views: readonly View[]): readonly string[] {
  if (names === null) return [];
  const missing = (kind: Kind, id: string | null) => id !== null && names[kind][id] === undefined;
  return views.flatMap((view) => [
    ...(missing("groups", view.group) ? [`group ${view.group}`] : []),
    ...[view.agent, view.kept_for].flatMap((agent) =>
      missing("agents", agent) ? [`agent ${agent}`] : [],
    ),
  ]);
}

function texts(value: unknown): Readonly<Record<string, string>> {
  const found = Object.entries(objectOf(value) ?? {});
  return Object.fromEntries(found.filter(([, name]) => typeof name === "string")) as Record<
    string,
    string
  >;
}
