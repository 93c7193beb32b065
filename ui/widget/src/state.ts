/** What does the visitor's side of the world look like? One value; everything shown is drawn from it. */
import type { Configuration } from "./configuration";
import type { Memory } from "./memory";
import type { Letter } from "./outbox";
import type { Consent, Conversation, Engagement, Judgement, Message } from "./protocol";
import { EMPTY, type Transcript } from "./transcript";

export interface Email {
  readonly state: "none" | "asked" | "known";
  readonly address?: string;
  /** The visitor is changing a known address. */
  readonly changing: boolean;
  readonly sending: boolean;
  readonly problem?: "invalid" | "failed";
}

/** What the visitor has answered to the questions at the end, and which of them they passed over. */
export interface Survey extends Judgement {
  readonly skipped: readonly (keyof Judgement)[];
  readonly sending: boolean;
  readonly failed: boolean;
}

export interface Former {
  readonly id: string;
  readonly token: string;
}

export interface State {
  readonly configuration: Configuration;
  readonly language: string;
  readonly online: boolean;
  /** What this browser may keep. */
  readonly consent: Consent;
  /** The visitor wishes to be told of messages when they look elsewhere. */
  readonly alerts: boolean;
  readonly engagement: Engagement | undefined;
  /** The page's own buttons that were offered here, by notification; a click makes one `engagement`. */
  readonly buttons: Readonly<Record<string, Engagement>>;
  /** The box is open, and who opened it: only a visitor's own act moves the focus. */
  readonly open: false | "by_visitor" | "by_rule";
  readonly conversation: Conversation | undefined;
  /** The conversation that ended before this one, whose late pushes are not ours. */
  readonly former: string | undefined;
  readonly transcript: Transcript;
  /** How to ask for the last conversations that are over, the newest last. */
  readonly formers: readonly Former[];
  /** What was said in the conversations that ended before this one. */
  readonly past: readonly Message[];
  readonly letters: readonly Letter[];
  readonly draft: string;
  /** The last attempt to start found nobody. */
  readonly nobody: boolean;
  /** The name of the person who writes at this moment; empty when unnamed. */
  readonly typing: string | undefined;
  readonly email: Email;
  readonly survey: Survey;
}

export const NO_EMAIL: Email = { state: "none", changing: false, sending: false };
export const NO_SURVEY: Survey = { skipped: [], sending: false, failed: false };

export function initialState(configuration: Configuration, language: string): State {
  return {
    configuration,
    language,
    online: false,
    consent: "light",
    alerts: false,
    engagement: undefined,
    buttons: {},
    open: false,
    conversation: undefined,
    former: undefined,
    transcript: EMPTY,
    formers: [],
    past: [],
    letters: [],
    draft: "",
    nobody: false,
    typing: undefined,
    email: NO_EMAIL,
    survey: NO_SURVEY,
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
  const before = kept(former);
  for (const [key, value] of Object.entries(kept(state))) {
    if (value !== before[key]) memory.put(key, value);
  }
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
    consent: memory.consent,
    formers: memory.get<readonly Former[]>("formers") ?? [],
    alerts: memory.get<boolean>("alerts") ?? false,
    survey: { ...NO_SURVEY, ...memory.get<Survey>("survey"), sending: false },
    open: reopens ? "by_rule" : false,
  };
}

/** The next state of a visitor who leaves the conversation that is over, whose words stay. */
export function left(state: State): Partial<State> {
  return {
    conversation: undefined,
    former: state.conversation?.id,
    past: pastAfter(state),
    transcript: EMPTY,
    email: NO_EMAIL,
    survey: NO_SURVEY,
    typing: undefined,
  };
}

/** What was said before, once this conversation makes room for another. */
export function pastAfter({ conversation, past, transcript }: State): readonly Message[] {
  const token = conversation?.token;
  return [...past, ...transcript.items.map((message) => ({ ...message, token }))];
}

/** What a later page of this visitor is to find. */
export function kept(state: State): Readonly<Record<string, unknown>> {
  const { engagement, conversation, open, alerts, survey, formers } = state;
  return {
    engagement,
    conversation,
    open: open || undefined,
    alerts: alerts || undefined,
    formers: formers.length > 0 ? formers : undefined,
    survey: survey === NO_SURVEY ? undefined : survey,
  };
}

/** What was on its way when the line broke has failed, as far as anybody knows. */
export function unanswered({ email, survey }: State): Partial<State> {
  return {
    email: email.sending ? { ...email, sending: false, problem: "failed" } : email,
    survey: survey.sending ? { ...survey, sending: false, failed: true } : survey,
  };
}
