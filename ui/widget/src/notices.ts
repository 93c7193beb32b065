/**
 * What does each notice of the server change?
 *
 * One entry a type; a type that is not listed changes nothing. Notices may be lost, doubled and
 * late: each says what is so, never what to add.
 */
import type { Conversation, Engagement, FlowNotice, Incoming, Message } from "./protocol";
import { UNNAMED } from "./return-link";
import { NO_EMAIL, NO_SURVEY, pastAfter, type State } from "./state";
import { add, EMPTY, fill, know } from "./transcript";

type Kind = Incoming["type"];
type Of<K extends Kind> = Extract<Incoming, { readonly type: K }>;
type Notice<K extends Kind> = (state: State, frame: Of<K>, now: Date) => Partial<State>;

const NOTICES: { readonly [K in Kind]?: Notice<K> } = {
  page: (state, frame) => ({
    ...(frame.conversation ? joined(state, frame.conversation) : {}),
    ...(frame.engagement ? offeredNow(state, { ...frame.engagement, pass: frame.pass }) : {}),
  }),
  engagement: (state, { engagement }) =>
    engagement.button && engagement.state === "offered"
      ? notOnline(state, engagement)
      : engaged(state, engagement),
  withdrawn: (state, frame) =>
    state.engagement?.id === frame.engagement && state.engagement.state !== "accepted"
      ? { engagement: undefined }
      : {},
  button: (state, { engagement, notification, state: now, number }) => {
    const shown = state.buttons[notification];
    const { told = shown?.id, number: former = 0 } = shown?.button ?? {};
    if (!shown || told !== engagement || number <= former) return {};
    return buttonShown(state, { ...shown, button: { state: now, told: engagement, number } });
  },
  conversation: (state, frame) => joined(state, frame.conversation),
  ack: (state, frame, now) => {
    if (!isHere(state, frame.conversation)) return {};
    const letter = state.letters.find((waiting) => waiting.client_id === frame.client_id);
    if (!letter) return { transcript: know(state.transcript, frame.number) };
    const message: Message = {
      number: frame.number,
      author: { kind: "visitor" },
      text: letter.text,
      sent_at: frame.sent_at ?? now.toISOString(),
      client_id: letter.client_id,
      ...(letter.attachments && { attachments: letter.attachments }),
    };
    return { transcript: add(state.transcript, message) };
  },
  message: (state, frame) => {
    if (!isHere(state, frame.conversation)) return {};
    const transcript = add(state.transcript, frame);
    return frame.author.kind === "visitor" ? { transcript } : { transcript, typing: undefined };
  },
  messages: (state, frame) =>
    isHere(state, frame.conversation)
      ? { transcript: fill(state.transcript, frame.after ?? 0, frame.items, frame.last) }
      : {},
  typing: (state, frame) =>
    isHere(state, frame.conversation) && frame.by !== "visitor"
      ? { typing: frame.name ?? state.conversation?.agent?.name ?? "" }
      : {},
  read: (state, frame) => {
    if (!isHere(state, frame.conversation)) return {};
    const mark = frame.by === "agent" ? "agent_seen" : "visitor_seen";
    return changed(state, (now) => ({ [mark]: Math.max(now[mark] ?? 0, frame.number) }));
  },
  queue: (state, frame) =>
    isHere(state, frame.conversation)
      ? changed(state, () => ({
          position: frame.position,
          estimated_wait_seconds: frame.estimated_wait_seconds ?? null,
        }))
      : {},
  email_request: (state, frame, now) =>
    isHere(state, frame.conversation)
      ? { ...flowSaid(state, frame, now), email: { ...NO_EMAIL, state: "asked" } }
      : {},
  email_information: (state, frame, now) =>
    isHere(state, frame.conversation)
      ? { ...flowSaid(state, frame, now), email: known(frame.address) }
      : {},
  email: (_, frame) => ({ email: known(frame.address) }),
  closed: (state, frame) =>
    isHere(state, frame.conversation) ? changed(state, () => ({ state: "closed" })) : {},
  survey: (state, { conversation, csat, nps, comment }) =>
    isHere(state, conversation)
      ? { survey: { ...NO_SURVEY, skipped: state.survey.skipped, csat, nps, comment } }
      : {},
};

/** The state after this notice. */
export function apply(state: State, frame: Incoming, now: Date): State {
  const notice = NOTICES[frame.type] as
    | ((state: State, frame: Incoming, now: Date) => Partial<State>)
    | undefined;
  return notice ? { ...state, ...notice(state, frame, now) } : state;
}

function offeredNow(state: State, told: Engagement): Partial<State> {
  return told.button ? buttonShown(state, told) : engaged(state, told);
}

function buttonShown(state: State, shown: Engagement): Partial<State> {
  return { buttons: { ...state.buttons, [shown.notification ?? ""]: shown } };
}

/** A click came too late: nobody is free any more, and the box that it opened closes. */
function notOnline(state: State, { id, notification, button }: Engagement): Partial<State> {
  const shown = state.buttons[notification ?? ""];
  return {
    ...(state.engagement?.id === id ? { engagement: undefined, open: false } : {}),
    ...(shown?.id === id && button
      ? buttonShown(state, { ...shown, button: { ...shown.button, ...button } })
      : {}),
  };
}

function engaged(state: State, told: NonNullable<State["engagement"]>): Partial<State> {
  const known = state.engagement?.id === told.id ? state.engagement : undefined;
  const engagement = { ...known, ...told };
  const over = ["dismissed", "expired", "withdrawn"].includes(engagement.state ?? "");
  if (over) return known ? { engagement: undefined } : {};
  // An invitation that the visitor has already answered here is not shown again.
  if (known?.state === "accepted") return { engagement: { ...engagement, state: "accepted" } };
  const opens = engagement.kind === "chatbox" && !known && !state.open;
  return opens ? { engagement, open: "by_rule" } : { engagement };
}

function joined(state: State, told: Conversation): Partial<State> {
  const here = state.conversation;
  const known = here && [told.id, UNNAMED].includes(here.id) ? here : undefined;
  if (told.state === "missed" && !known) return { nobody: true };
  const token = told.token ?? known?.token;
  // What the server leaves out is no more (an agent who has left); only the place in the queue,
  // which has its own notices, stays until the wait is over.
  const waits = told.state === "waiting" && known?.state === "waiting";
  const conversation: Conversation = {
    ...(waits ? placeOf(known) : {}),
    ...told,
    ...(token === undefined ? {} : { token }),
    visitor_seen: Math.max(known?.visitor_seen ?? 0, told.visitor_seen ?? 0),
    agent_seen: Math.max(known?.agent_seen ?? 0, told.agent_seen ?? 0),
  };
  const another = state.conversation !== undefined && !known;
  const transcript = another ? EMPTY : state.transcript;
  return {
    conversation,
    nobody: false,
    past: another ? pastAfter(state) : state.past,
    transcript: know(transcript, told.last ?? 0),
    email: emailOf(another ? NO_EMAIL : state.email, told),
    ...(another ? { survey: NO_SURVEY } : {}),
  };
}

function placeOf({ position, estimated_wait_seconds }: Conversation): Partial<Conversation> {
  return {
    ...(position === undefined ? {} : { position }),
    ...(estimated_wait_seconds === undefined ? {} : { estimated_wait_seconds }),
  };
}

function emailOf(email: State["email"], told: Conversation): State["email"] {
  if (!told.email || (told.email.state === email.state && told.email.address === email.address)) {
    return email;
  }
  return { ...NO_EMAIL, ...told.email };
}

function known(address: string): State["email"] {
  return { ...NO_EMAIL, state: "known", address };
}

function flowSaid(state: State, frame: FlowNotice, now: Date): Partial<State> {
  const message: Message = {
    number: frame.number,
    author: { kind: "flow" },
    text: frame.text,
    sent_at: now.toISOString(),
  };
  const held = [...state.transcript.items, ...state.transcript.held];
  const isNew = !held.some((other) => other.number === frame.number);
  return isNew ? { transcript: add(state.transcript, message) } : {};
}

function isHere(state: State, conversation: string | undefined): boolean {
  // A push may overtake the answer that names our new conversation.
  if (!state.conversation?.id) return conversation !== state.former;
  return conversation === undefined || state.conversation.id === conversation;
}

function changed(
  state: State,
  change: (conversation: Conversation) => Partial<Conversation>,
): Partial<State> {
  const { conversation } = state;
  return conversation ? { conversation: { ...conversation, ...change(conversation) } } : {};
}
