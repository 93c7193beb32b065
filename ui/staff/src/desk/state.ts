/** What does the agent's desk know, and how does each event change it? A pure reducer. */

import type { LinkState } from "../connection/link";
import type { ConversationState, Message, Status, View } from "../protocol";
import type { Names } from "./names";
import * as outbox from "./outbox";
import { emptyThread, withListed, withPushed, type Thread } from "./thread";

export interface Notice {
  readonly key: number;
  readonly tone: "info" | "problem";
  readonly text: string;
}

export interface State {
  readonly me: string;
  readonly status: Status;
  readonly link: LinkState;
  /** The lists were read at least once. */
  readonly loaded: boolean;
  readonly views: Readonly<Record<string, View>>;
  /** More conversations wait than are shown. */
  readonly moreWaiting: boolean;
  readonly threads: Readonly<Record<string, Thread>>;
  readonly outbox: outbox.Outbox;
  /** By conversation: until when its visitor counts as typing, milliseconds since 1970. */
  readonly typing: Readonly<Record<string, number>>;
  /** The conversation on the screen. */
  readonly open: string | null;
  /** The conversation on the screen cannot be read, and why. */
  readonly unreadable: string | null;
  /** What everybody and everything is called; null before it was read. */
  readonly names: Names | null;
  readonly notices: readonly Notice[];
}

export type Event =
  | { readonly type: "link"; readonly link: LinkState }
  | { readonly type: "status"; readonly status: Status }
  | { readonly type: "opened"; readonly conversation: string | null }
  | { readonly type: "unreadable"; readonly why: string }
  | { readonly type: "viewed"; readonly view: View }
  | { readonly type: "waiting_listed"; readonly views: readonly View[]; readonly more: boolean }
  | { readonly type: "mine_listed"; readonly views: readonly View[] }
  | { readonly type: "snoozed_listed"; readonly views: readonly View[] }
  | { readonly type: "named"; readonly names: Names }
  /** It is not ours to see any more; `why` is a sentence for whoever has it on the screen. */
  | { readonly type: "left"; readonly conversation: string; readonly why?: string }
  | { readonly type: "closed"; readonly conversation: string }
  | { readonly type: "pushed"; readonly message: Message }
  | {
      readonly type: "listed";
      readonly conversation: string;
      readonly messages: readonly Message[];
      readonly after: number;
      readonly complete: boolean;
    }
  | {
      readonly type: "seen";
      readonly conversation: string;
      readonly by: "visitor" | "agent";
      readonly number: number;
    }
  | { readonly type: "typing"; readonly conversation: string; readonly until: number }
  | { readonly type: "outbox"; readonly outbox: outbox.Outbox }
  | { readonly type: "noticed"; readonly notice: Notice }
  | { readonly type: "notice_read"; readonly key: number };

export function initialState(me: string, status: Status, kept: outbox.Outbox): State {
  return {
    me,
    status,
    link: { kind: "idle" },
    loaded: false,
    views: {},
    moreWaiting: false,
    threads: {},
    outbox: kept,
    typing: {},
    open: null,
    unreadable: null,
    names: null,
    notices: [],
  };
}

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "link":
      return { ...state, link: event.link };
    case "status":
      return { ...state, status: event.status };
    case "opened":
      return { ...state, open: event.conversation, unreadable: null };
    case "unreadable":
      return { ...state, unreadable: event.why };
    case "viewed":
      return withViews(state, [event.view]);
    case "mine_listed":
      return { ...withViews(state, event.views), loaded: true };
    case "waiting_listed":
      return { ...withAll(state, "waiting", event.views), moreWaiting: event.more };
    case "snoozed_listed":
      return withAll(state, "snoozed", event.views);
    case "named":
      return { ...state, names: event.names };
    case "left":
      return withoutView(state, event.conversation, event.why);
    case "closed":
      return withView(state, event.conversation, (view) => ({ ...view, state: "closed" }));
    case "pushed":
      return withMessage(state, event.message);
    case "listed":
      return withList(state, event.conversation, event.messages, event.after, event.complete);
    case "seen":
      return withView(state, event.conversation, (view) => seenBy(view, event.by, event.number));
    case "typing":
      return { ...state, typing: { ...state.typing, [event.conversation]: event.until } };
    case "outbox":
      return { ...state, outbox: event.outbox };
    case "noticed":
      return { ...state, notices: [...state.notices.slice(-3), event.notice] };
    case "notice_read":
      return { ...state, notices: state.notices.filter((notice) => notice.key !== event.key) };
  }
}

function withViews(state: State, arrived: readonly View[]): State {
  if (arrived.length === 0) return state;
  const views = { ...state.views };
  for (const view of arrived) views[view.id] = newer(views[view.id], view);
  return { ...state, views };
}

/** All who wait, or all who are snoozed, as the server lists them: who is missing is so no more. */
function withAll(state: State, kind: ConversationState, listed: readonly View[]): State {
  const names = new Set(listed.map((view) => view.id));
  const kept = Object.values(state.views).filter(
    (view) => view.state !== kind || names.has(view.id) || view.id === state.open,
  );
  const views = Object.fromEntries(kept.map((view) => [view.id, view]));
  return withViews({ ...state, views }, listed);
}

/** Pushes overtake each other: the higher version wins, and what only grows keeps its highest value. */
function newer(known: View | undefined, arrived: View): View {
  if (known === undefined) return arrived;
  const base = arrived.version >= known.version ? arrived : known;
  const behind = arrived.last_number < known.last_number;
  return {
    ...base,
    last_number: Math.max(known.last_number, arrived.last_number),
    visitor_seen: Math.max(known.visitor_seen, arrived.visitor_seen),
    agent_seen: Math.max(known.agent_seen, arrived.agent_seen),
    unanswered_since: behind ? known.unanswered_since : arrived.unanswered_since,
  };
}

function withoutView(state: State, conversation: string, why: string | undefined): State {
  const { [conversation]: _left, ...views } = state.views;
  const shown = state.open === conversation && why !== undefined;
  return { ...state, views, unreadable: shown ? why : state.unreadable };
}

function withView(state: State, conversation: string, change: (view: View) => View): State {
  const view = state.views[conversation];
  return view === undefined
    ? state
    : { ...state, views: { ...state.views, [conversation]: change(view) } };
}

function seenBy(view: View, by: "visitor" | "agent", number: number): View {
  return by === "visitor"
    ? { ...view, visitor_seen: Math.max(view.visitor_seen, number) }
    : { ...view, agent_seen: Math.max(view.agent_seen, number) };
}

function withMessage(state: State, message: Message): State {
  const thread = withPushed(state.threads[message.conversation] ?? emptyThread, [message]);
  const { [message.conversation]: _stopped, ...typing } = state.typing;
  const after: State = {
    ...state,
    threads: { ...state.threads, [message.conversation]: thread },
    outbox: outbox.without(state.outbox, message.client_id),
    typing: message.author.kind === "visitor" ? typing : state.typing,
  };
  return withView(after, message.conversation, (view) => withWords(view, message));
}

/** Whoever writes has seen all before; a person's answer ends the visitor's wait. */
function withWords(view: View, message: Message): View {
  if (message.number <= view.last_number) return view;
  const longer = { ...view, last_number: message.number };
  switch (message.author.kind) {
    case "visitor":
      return {
        ...seenBy(longer, "visitor", message.number),
        unanswered_since: view.unanswered_since ?? message.sent_at,
      };
    case "agent":
      return { ...seenBy(longer, "agent", message.number), unanswered_since: null };
    case "flow":
    case "system":
      return longer;
  }
}

function withList(
  state: State,
  conversation: string,
  messages: readonly Message[],
  after: number,
  complete: boolean,
): State {
  const before = state.threads[conversation] ?? emptyThread;
  const thread = withListed(before, messages, after, complete);
  const confirmed = new Set(messages.map((message) => message.client_id));
  return {
    ...state,
    threads: { ...state.threads, [conversation]: thread },
    outbox: state.outbox.filter((entry) => !confirmed.has(entry.clientId)),
  };
}
