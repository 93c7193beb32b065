/** A server small enough to hold in one hand: conversations and messages behind `fetch`. */

import type { Json, Message, View } from "../src/protocol";

export class FakeServer {
  readonly views = new Map<string, View>();
  readonly messages = new Map<string, Message[]>();
  readonly asked: string[] = [];
  /** What was posted, in order. */
  readonly bodies: Json[] = [];
  /** While set, every act is refused so. */
  refusing: { status: number; code: string } | null = null;
  /** What an act other than taking and closing makes of a conversation. */
  onAct: () => Partial<View> = () => ({});
  /** While set, every request gets this status. */
  failing: number | null = null;
  pageSize = 100;
  names: Json = { agents: { ada: "Ada", ben: "Ben" }, groups: { loans: "Loans" } };

  add(view: View, messages: Message[] = []): void {
    this.views.set(view.id, { ...view, last_number: messages.length });
    this.messages.set(view.id, messages);
  }

  readonly fetch: typeof fetch = async (address, init) => {
    const url = new URL(String(address));
    this.asked.push(`${init?.method ?? "GET"} ${url.pathname}${url.search}`);
    if (this.failing === 0) throw new TypeError("network");
    if (this.failing !== null) return json({ error: { code: "x", message: "x" } }, this.failing);
    if (typeof init?.body === "string") this.bodies.push(JSON.parse(init.body) as Json);
    return this.answer(url, init?.method ?? "GET");
  };

  /** The answer to a frame on the socket: only `resume` is answered by itself. */
  readonly hear = (frame: Json): Json | null => {
    if (frame["action"] !== "resume") return null;
    const name = String(frame["conversation"]);
    if (this.views.get(name)?.agent !== "ada") {
      return { type: "error", code: "not_found", message: "no such conversation" };
    }
    const all = this.messages.get(name) ?? [];
    const items = all.filter((message) => message.number > Number(frame["after"]));
    return { type: "messages", conversation: name, items, last: all.length };
  };

  private answer(url: URL, method: string): Response {
    if (url.pathname === "/v1/sockets/tickets") {
      return json({ ticket: "t1", url: "wss://example/socket", expires_at: "" });
    }
    if (url.pathname.endsWith("/names")) return json(this.names);
    if (url.pathname.endsWith("/transfer-targets")) {
      const ben = { id: "ben", name: "Ben", status: "available", slots: 3, free_slots: 1 };
      return json({ agents: [ben], routing_rules: [] });
    }
    const [, name, verb] = /\/conversations(?:\/([^/]+))?(?:\/([\w-]+))?$/.exec(url.pathname) ?? [];
    if (name === undefined) return this.list(url.searchParams);
    if (method === "POST" && this.refusing !== null) {
      return json({ error: { code: this.refusing.code, message: "no" } }, this.refusing.status);
    }
    const view = this.views.get(name);
    if (view === undefined) return json({ error: { code: "not_found", message: "no" } }, 404);
    if (verb === "messages") return this.after(name, Number(url.searchParams.get("after")));
    if (verb === "take") return this.change(view, { state: "assigned", agent: "ada" });
    if (verb === "close") return this.change(view, { state: "closed" });
    return method === "POST" ? this.change(view, this.onAct()) : json(view);
  }

  private list(query: URLSearchParams): Response {
    const agent = query.get("agent");
    const items = [...this.views.values()].filter(
      (view) => view.state === query.get("state") && (agent === null || view.agent === agent),
    );
    return json({ items, next_cursor: null });
  }

  private after(name: string, after: number): Response {
    const all = (this.messages.get(name) ?? []).filter((message) => message.number > after);
    const items = all.slice(0, this.pageSize);
    return json({ items, next_cursor: items.length < all.length ? "more" : null });
  }

  private change(view: View, changes: Partial<View>): Response {
    const changed = { ...view, ...changes, version: view.version + 1 };
    this.views.set(view.id, changed);
    return json(changed);
  }
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}
