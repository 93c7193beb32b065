/** How does the page ask the REST API, and what does a refusal say? */

import { listOf, objectOf, textIn, type Json } from "../protocol";

export interface TokenSource {
  accessToken(): Promise<string>;
  renew(): Promise<string>;
  end(reason: string | null): void;
}

/** The API said no; `message` is a sentence for the person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Page {
  readonly items: readonly unknown[];
  readonly more: boolean;
}

const TIMEOUT = 20_000;

export class Rest {
  constructor(
    private readonly base: string,
    private readonly tokens: TokenSource,
    private readonly request: typeof fetch = (...request) => fetch(...request),
  ) {}

  get(path: string): Promise<Json> {
    return this.call("GET", path);
  }

  async list(path: string): Promise<Page> {
    const answer = await this.get(path);
    return { items: listOf(answer["items"]), more: textIn(answer, "next_cursor") !== null };
  }

  /** Each call is one intention: its key lets the server recognise a repeat. */
  post(path: string, body: Json): Promise<Json> {
    return this.call("POST", path, body, crypto.randomUUID());
  }

  delete(path: string): Promise<Json> {
    return this.call("DELETE", path);
  }

  private async call(method: string, path: string, body?: Json, key?: string): Promise<Json> {
    const token = await given(this.tokens.accessToken());
    let answer = await this.once(method, path, token, body, key);
    if (answer.status === 401) {
      answer = await this.once(method, path, await given(this.tokens.renew()), body, key);
      if (answer.status === 401) this.tokens.end("Your session has ended. Sign in again.");
    }
    const document = objectOf(await answer.json().catch(() => null)) ?? {};
    if (answer.ok) return document;
    const error = objectOf(document["error"]);
    throw new Refusal(
      answer.status,
      textIn(error, "code") ?? `http_${answer.status}`,
      sentence(answer.status, textIn(error, "code") ?? "", textIn(error, "message") ?? ""),
    );
  }

  private async once(
    method: string,
    path: string,
    token: string,
    body: Json | undefined,
    key: string | undefined,
  ): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== undefined) headers["Idempotency-Key"] = key;
    try {
      return await this.request(this.base + path, {
        method,
        headers,
        signal: AbortSignal.timeout(TIMEOUT),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new Refusal(0, "unreachable", "The server cannot be reached. Check your connection.");
    }
  }
}

/** The token, or a refusal like any other: signed out, or the user pool is out of reach. */
async function given(token: Promise<string>): Promise<string> {
  try {
    return await token;
  } catch (error) {
    const message = error instanceof Error ? error.message : "You are signed out.";
    throw new Refusal(0, "unreachable", message);
  }
}

/** A one-use address of the socket. */
export async function socketAddress(rest: Rest, site: string): Promise<string> {
  const answer = await rest.post("/sockets/tickets", { site });
  const address = new URL(textIn(answer, "url") ?? "");
  const ticket = textIn(answer, "ticket") ?? "";
  if (!address.searchParams.has("ticket")) address.searchParams.set("ticket", ticket);
  return address.toString();
}

const SENTENCES: Readonly<Record<string, string>> = {
  already_assigned: "Another agent was faster.",
  conversation_closed: "This conversation is closed.",
  conversation_moved: "This conversation has just changed. Look again before you go on.",
  no_free_slot: "To take a conversation, be available and have a free slot.",
  not_cancellable: "This cannot be cancelled.",
  not_snoozed: "This conversation has come back already.",
};

function sentence(status: number, code: string, message: string): string {
  if (SENTENCES[code] !== undefined) return SENTENCES[code];
  if (status === 404) return "This does not exist, or is not yours to see.";
  if (status === 429) return "Too many requests. Wait a moment.";
  if (status >= 500) return "The server had a problem. Try again in a moment.";
  if (message !== "") return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  return status === 403 ? "You are not allowed to do this." : "The request was refused.";
}
