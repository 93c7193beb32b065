/** What does the visitor's side of the world look like? One value; everything shown is drawn from it. */
import type { Configuration } from "./configuration";
import type { Memory } from "./memory";
import type { Letter } from "./outbox";
import type { Conversation, Engagement, Message } from "./protocol";
import { EMPTY, type Transcript } from "./transcript";

export interface Email {
  readonly state: "none" | "asked" | "known";
  readonly address?: string;
  /** The visitor is changing a known address. */
  readonly changing: boolean;
  readonly sending: boolean;
  readonly problem?: "invalid" | "failed";
}

export interface State {
  readonly configuration: Configuration;
  readonly language: string;
  readonly online: boolean;
  readonly engagement: Engagement | undefined;
  /** The page's own buttons that were offered here, by notification; a click makes one `engagement`. */
  readonly buttons: Readonly<Record<string, Engagement>>;
  /** The box is open, and who opened it: only a visitor's own act moves the focus. */
  readonly open: false | "by_visitor" | "by_rule";
  readonly conversation: Conversation | undefined;
  /** The conversation that ended before this one, whose late pushes are not ours. */
  readonly former: string | undefined;
  readonly transcript: Transcript;
  /** What was said in the conversation that ended before this one. */
  readonly past: readonly Message[];
  readonly letters: readonly Letter[];
  readonly draft: string;
  /** The last attempt to start found nobody. */
  readonly nobody: boolean;
  /** The name of the person who writes at this moment; empty when unnamed. */
  readonly typing: string | undefined;
  readonly email: Email;
}

export const NO_EMAIL: Email = { state: "none", changing: false, sending: false };

export function initialState(configuration: Configuration, language: string): State {
  return {
    configuration,
    language,
    online: false,
    engagement: undefined,
    buttons: {},
    open: false,
    conversation: undefined,
    former: undefined,
    transcript: EMPTY,
    past: [],
    letters: [],
    draft: "",
    nobody: false,
    typing: undefined,
    email: NO_EMAIL,
  };
}

/** Whether there is a conversation that can still be written to. */
export function isTalking(state: State): boolean {
  const current = state.conversation?.state;
  return current !== undefined && current !== "closed" && current !== "missed";
}

/** Whether the visitor may write: a rule has engaged them, or they have talked. */
export function isEngaged(state: State): boolean {
  if (state.conversation) return true;
  const { engagement } = state;
  return engagement?.state === "accepted" || engagement?.kind === "chatbox";
}

/** Whether a new line must bring this page up to date. */
export function hasMissed(state: State): boolean {
  const isShown = state.engagement !== undefined || Object.keys(state.buttons).length > 0;
  return isShown || state.conversation !== undefined || state.letters.length > 0;
}

/** The notification that waits for an answer. */
export function offered(state: State): Engagement | undefined {
  const { engagement } = state;
  const waiting = engagement?.kind === "notification" && (engagement.state ?? "offered") === "offered";
  return waiting && !isTalking(state) ? engagement : undefined;
}

/** How many messages of the others the visitor has not seen. */
export function unread(state: State): number {
  const seen = state.conversation?.visitor_seen ?? 0;
  return state.transcript.items.filter(
    (message) => message.author.kind !== "visitor" && message.number > seen,
  ).length;
}

/** Remember for the next page what has changed here; what other tabs have changed is theirs. */
export function keep(memory: Memory, state: State, former: State): void {
  if (state.engagement !== former.engagement) memory.put("engagement", state.engagement);
  if (state.conversation !== former.conversation) memory.put("conversation", state.conversation);
  if (state.open !== former.open) memory.put("open", state.open || undefined);
}

/** What an earlier page of this visitor left; nothing without their consent. */
export function recalled(memory: Memory, mayReopen: boolean): Partial<State> {
  const conversation = memory.get<Conversation>("conversation");
  const engagement = memory.get<Engagement>("engagement");
  const accepted = engagement?.state === "accepted" || engagement?.kind === "chatbox";
  const talking = conversation ? conversation.state !== "closed" : accepted;
  const reopens = mayReopen && talking && memory.get("open") !== undefined;
  return {
    conversation,
    engagement: accepted ? engagement : undefined,
    draft: memory.get<string>("draft") ?? "",
    open: reopens ? "by_rule" : false,
  };
}
