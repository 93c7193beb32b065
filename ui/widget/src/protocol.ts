/** What do the widget and the server say to each other? */

export type AuthorKind = "visitor" | "agent" | "flow" | "system";

export interface Author {
  readonly kind: AuthorKind;
  readonly name?: string;
  readonly avatar?: string;
}

/** A file that came with a message; `size` in bytes. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export interface Message {
  readonly number: number;
  readonly author: Author;
  readonly text: string;
  readonly sent_at: string;
  readonly client_id?: string;
  readonly attachments?: readonly Attachment[];
  /** Of a message of another conversation: what opens its files. */
  readonly token?: string | undefined;
}

export type ConversationState = "waiting" | "assigned" | "snoozed" | "closed" | "missed";

export interface Conversation {
  readonly id: string;
  readonly state: ConversationState;
  readonly token?: string;
  readonly position?: number | null;
  readonly estimated_wait_seconds?: number | null;
  readonly agent?: { readonly name?: string; readonly avatar?: string } | null;
  readonly last?: number;
  readonly visitor_seen?: number;
  readonly agent_seen?: number;
  readonly email?: { readonly state: "none" | "asked" | "known"; readonly address?: string } | null;
}

/** One answer each: satisfaction 1 to 5, recommendation 0 to 10, and words. */
export interface Judgement {
  readonly csat?: number | undefined;
  readonly nps?: number | undefined;
  readonly comment?: string | undefined;
}

export type ButtonState = "online" | "busy" | "offline";

export interface Engagement {
  readonly id: string;
  readonly kind: "notification" | "chatbox";
  readonly notification?: string;
  readonly state?: "offered" | "accepted" | "dismissed" | "expired" | "withdrawn";
  /** Of a button of the page itself; `number` counts what was told of it, or of `told`. */
  readonly button?: {
    readonly state: ButtonState;
    readonly told?: string;
    readonly number?: number;
  };
  /** The pass that it came with: without storage, a later page's pass does not know of it. */
  readonly pass?: string;
}

export interface Watch {
  readonly fact: string;
  readonly op: string;
  readonly value?: unknown;
}

/** What a flow says; the same words are a numbered message too. */
export interface FlowNotice {
  readonly conversation: string;
  readonly number: number;
  readonly text: string;
}

export type Facts = Record<string, unknown>;

/** Everything the server may say; `id` is that of the request it answers. */
export type Incoming = { readonly id?: string } & (
  | {
      readonly type: "page";
      readonly pass: string;
      readonly watches?: readonly Watch[];
      readonly engagement?: Engagement | null;
      readonly conversation?: Conversation | null;
      /** The visitor is somebody else than before: what is held here is another's. */
      readonly forget?: boolean;
    }
  | { readonly type: "engagement"; readonly engagement: Engagement }
  | { readonly type: "withdrawn"; readonly engagement: string }
  | {
      readonly type: "button";
      readonly engagement: string;
      readonly notification: string;
      readonly state: ButtonState;
      readonly number: number;
    }
  | { readonly type: "conversation"; readonly conversation: Conversation }
  | {
      readonly type: "ack";
      readonly client_id: string;
      readonly number: number;
      readonly conversation?: string;
      readonly sent_at?: string;
    }
  | ({ readonly type: "message"; readonly conversation: string } & Message)
  | {
      readonly type: "messages";
      readonly conversation?: string;
      readonly after?: number;
      readonly items: readonly Message[];
      readonly last: number;
    }
  | {
      readonly type: "typing";
      readonly conversation: string;
      readonly by: string;
      readonly name?: string;
    }
  | {
      readonly type: "read";
      readonly conversation: string;
      readonly number: number;
      readonly by: "visitor" | "agent";
    }
  | {
      readonly type: "queue";
      readonly conversation: string;
      readonly position: number;
      readonly estimated_wait_seconds?: number | null;
    }
  | ({ readonly type: "email_request" } & FlowNotice)
  | ({ readonly type: "email_information"; readonly address: string } & FlowNotice)
  | { readonly type: "email"; readonly address: string; readonly confirmed: boolean }
  | { readonly type: "closed"; readonly conversation: string }
  | {
      readonly type: "upload";
      readonly conversation: string;
      readonly attachment: string;
      readonly url: string;
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly type: "download"; readonly attachment: string; readonly url: string }
  | { readonly type: "transcript"; readonly conversation: string; readonly address: string }
  | ({ readonly type: "survey"; readonly conversation: string } & Judgement)
  | { readonly type: "transaction"; readonly transaction: string; readonly counted: boolean }
  | { readonly type: "pong" }
  | { readonly type: "bye"; readonly code: string; readonly retry_after?: number }
  | {
      readonly type: "error";
      readonly code: string;
      readonly message: string;
      readonly client_id?: string;
      readonly retry_after?: number;
    }
);

/** Everything the widget may say. */
export type Outgoing =
  | {
      action: "page";
      site: string;
      url: string;
      title: string;
      previous_url?: string;
      language: string;
      device: string;
      browser: string;
      os: string;
      facts?: { cart?: Facts; data?: Facts };
      consent: Consent;
      memory?: string;
      resume?: { token: string; after: number };
      again?: boolean;
      identity?: string;
    }
  | { action: "observed"; pass: string; facts: Facts }
  | { action: "accept" | "dismiss"; pass: string; engagement: string }
  | { action: "start"; pass: string; client_id: string; text: string; engagement?: string }
  | {
      action: "message";
      token: string;
      client_id: string;
      text: string;
      attachments?: readonly string[];
    }
  | { action: "attach"; token: string; name: string; type: string; size: number }
  | { action: "download"; token: string; number: number; attachment: string }
  | { action: "typing"; token: string }
  | { action: "read"; token: string; number: number }
  | { action: "resume"; token: string; after: number }
  | { action: "email"; token: string; address: string }
  | { action: "transcript"; token: string }
  | ({ action: "rate"; token: string } & Judgement)
  | { action: "transaction"; pass: string; transaction: string; amount: number; currency: string }
  | { action: "ping" };

export type Refusal = Extract<Incoming, { type: "error" }>;

/** Refusals that say nothing against what was asked: it may be asked again. */
export const PASSING = ["busy", "rate_limited", "internal"];

export type Consent = "light" | "full";

export const TEXT_LIMIT = 4000;

/** Read one frame; undefined for what is not one. */
export function readFrame(data: unknown): Incoming | undefined {
  if (typeof data !== "string") return undefined;
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isObject(frame) || typeof frame["type"] !== "string") return undefined;
  return unfolded(frame) as unknown as Incoming;
}

/**
 * The two notices that carry one object, in one shape.
 *
 * A conversation is the frame itself, named in `conversation` since `id` is the request's; the
 * state of an engagement stands beside it.
 */
function unfolded(frame: Record<string, unknown>): Record<string, unknown> {
  if (frame["type"] === "conversation" && !isObject(frame["conversation"])) {
    const { type, id, conversation, ...rest } = frame;
    if (conversation === undefined) return { type, conversation: { ...rest, id } };
    return { type, id, conversation: { ...rest, id: conversation } };
  }
  if (frame["type"] === "engagement" && isObject(frame["engagement"]) && frame["state"]) {
    return { ...frame, engagement: { ...frame["engagement"], state: frame["state"] } };
  }
  return frame;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
