/** What do the server's words look like? Read once here; past this door they are trusted. */

export type Status = "available" | "away" | "offline";
export type ConversationState = "waiting" | "assigned" | "snoozed" | "closed" | "missed";
export type AuthorKind = "visitor" | "agent" | "flow" | "system";

export interface Author {
  readonly kind: AuthorKind;
  readonly name: string;
  readonly avatar: string;
}

/** A file that came with a message; `size` in bytes. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

export interface Message {
  readonly conversation: string;
  readonly number: number;
  readonly author: Author;
  readonly text: string;
  readonly sent_at: string;
  readonly client_id: string | null;
  readonly attachments: readonly Attachment[];
}

/** One conversation as staff see it. */
export interface View {
  readonly id: string;
  readonly version: number;
  readonly state: ConversationState;
  readonly visitor: string;
  readonly group: string | null;
  readonly agent: string | null;
  readonly language: string | null;
  readonly targeting_rule: string | null;
  readonly routing_rule: string | null;
  readonly campaign: string | null;
  readonly opened_at: string;
  readonly waiting_since: string | null;
  readonly closed_at: string | null;
  readonly unanswered_since: string | null;
  readonly last_number: number;
  readonly visitor_seen: number;
  readonly agent_seen: number;
  readonly email: string | null;
  readonly tags: readonly string[];
  /** When a snoozed conversation comes back. */
  readonly snoozed_until: string | null;
  /** The agent for whom it waits first. */
  readonly kept_for: string | null;
  readonly close_reason: string | null;
  readonly page: { readonly url: string; readonly title: string };
}

export interface Profile {
  readonly id: string;
  readonly email: string;
  readonly role: "admin" | "manager" | "agent";
  readonly name: string;
  readonly slots: number;
  readonly sites: readonly string[];
  readonly status: Status | null;
}

export interface ReadinessItem {
  readonly name: string;
  readonly ready: boolean;
  readonly found: number;
  readonly next: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly items: readonly ReadinessItem[];
}

/** A frame from the server: its type, and the rest to be read by whoever knows that type. */
export type Frame = { readonly type: string } & Json;
export type Json = Readonly<Record<string, unknown>>;

const STATES = new Set(["waiting", "assigned", "snoozed", "closed", "missed"]);
const AUTHORS = new Set(["visitor", "agent", "flow", "system"]);
const STATUSES = new Set(["available", "away", "offline"]);
const ROLES = new Set(["admin", "manager", "agent"]);

export function frameOf(text: string): Frame | null {
  try {
    const document = objectOf(JSON.parse(text));
    return document !== null && typeof document["type"] === "string" ? (document as Frame) : null;
  } catch {
    return null;
  }
}

export function viewOf(value: unknown): View | null {
  const json = objectOf(value);
  const id = textIn(json, "id");
  const state = textIn(json, "state");
  if (json === null || id === null || state === null || !STATES.has(state)) return null;
  const page = objectOf(json["page"]);
  return {
    id,
    state: state as ConversationState,
    version: numberIn(json, "version"),
    visitor: textIn(json, "visitor") ?? "",
    group: textIn(json, "group"),
    agent: textIn(json, "agent"),
    language: textIn(json, "language"),
    targeting_rule: textIn(json, "targeting_rule"),
    routing_rule: textIn(json, "routing_rule"),
    campaign: textIn(json, "campaign"),
    opened_at: textIn(json, "opened_at") ?? textIn(json, "created_at") ?? "",
    waiting_since: textIn(json, "waiting_since"),
    closed_at: textIn(json, "closed_at"),
    unanswered_since: textIn(json, "unanswered_since"),
    last_number: numberIn(json, "last_number"),
    visitor_seen: numberIn(json, "visitor_seen"),
    agent_seen: numberIn(json, "agent_seen"),
    email: textIn(json, "email"),
    tags: textsOf(json["tags"]),
    snoozed_until: textIn(json, "snoozed_until"),
    kept_for: textIn(json, "kept_for"),
    close_reason: textIn(json, "close_reason"),
    page: { url: textIn(page, "url") ?? "", title: textIn(page, "title") ?? "" },
  };
}

export function messageOf(value: unknown, conversation: string | null = null): Message | null {
  const json = objectOf(value);
  const of = textIn(json, "conversation") ?? conversation;
  const number = numberIn(json, "number");
  const author = objectOf(json?.["author"]);
  const kind = textIn(author, "kind");
  if (of === null || number < 1 || kind === null || !AUTHORS.has(kind)) return null;
  return {
    conversation: of,
    number,
    author: {
      kind: kind as AuthorKind,
      name: textIn(author, "name") ?? "",
      avatar: textIn(author, "avatar") ?? "",
    },
    text: textIn(json, "text") ?? "",
    sent_at: textIn(json, "sent_at") ?? "",
    client_id: textIn(json, "client_id"),
    attachments: listOf(json?.["attachments"]).flatMap((each) => attachmentOf(each) ?? []),
  };
}

function attachmentOf(value: unknown): Attachment | null {
  const json = objectOf(value);
  const id = textIn(json, "id");
  const [name, type] = [textIn(json, "name") ?? "", textIn(json, "type") ?? ""];
  return id === null ? null : { id, name, type, size: numberIn(json, "size") };
}

export function profileOf(value: unknown): Profile | null {
  const json = objectOf(value);
  const id = textIn(json, "id");
  const role = textIn(json, "role");
  if (json === null || id === null || role === null || !ROLES.has(role)) return null;
  const email = textIn(json, "email") ?? "";
  const full = [textIn(json, "first_name"), textIn(json, "last_name")].filter(Boolean).join(" ");
  return {
    id,
    email,
    role: role as Profile["role"],
    name: textIn(json, "display_name") || full || email,
    slots: numberIn(json, "slots"),
    sites: listOf(json["sites"]).flatMap((site) => {
      const name = typeof site === "string" ? site : textIn(objectOf(site), "id");
      return name === null ? [] : [name];
    }),
    status: statusOf(textIn(json, "status")),
  };
}

/** The chosen status behind the shown one: whoever is busy chose to be available. */
export function statusOf(word: string | null): Status | null {
  if (word === "busy") return "available";
  return word !== null && STATUSES.has(word) ? (word as Status) : null;
}

export function readinessOf(value: unknown): Readiness | null {
  const json = objectOf(value);
  if (json === null || typeof json["ready"] !== "boolean") return null;
  const items = listOf(json["items"]).map(objectOf);
  return {
    ready: json["ready"],
    items: items.flatMap((item) => {
      const name = textIn(item, "name");
      if (item === null || name === null) return [];
      return [
        {
          name,
          ready: item["ready"] === true,
          found: numberIn(item, "found"),
          next: textIn(item, "next") ?? "",
        },
      ];
    }),
  };
}

export function objectOf(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each) => typeof each === "string");
}

export function textIn(json: Json | null, name: string): string | null {
  const value = json?.[name];
  return typeof value === "string" ? value : null;
}

export function numberIn(json: Json | null, name: string): number {
  const value = json?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
