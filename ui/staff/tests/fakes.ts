/** Time, a socket and a server that the tests hold in their hands. */

import type { Clock } from "../src/clock";
import type { Socket } from "../src/connection/link";
import type { Keeper } from "../src/identity/session";
import type { Json, Message, View } from "../src/protocol";

export class FakeClock implements Clock {
  chance = 0;
  private time = Date.parse("2026-03-02T09:00:00Z");
  private tasks: { at: number; task: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  after(milliseconds: number, task: () => void): () => void {
    const entry = { at: this.time + milliseconds, task };
    this.tasks.push(entry);
    return () => {
      this.tasks = this.tasks.filter((other) => other !== entry);
    };
  }

  /** Let time pass, task by task, and let every promise settle in between. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settled();
    for (;;) {
      const next = this.tasks
        .filter((entry) => entry.at <= end)
        .sort((a, b) => a.at - b.at)
        .at(0);
      if (next === undefined) break;
      this.tasks = this.tasks.filter((entry) => entry !== next);
      this.time = next.at;
      next.task();
      await settled();
    }
    this.time = end;
  }
}

/** Promises chained a few deep are done after this. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}

export class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: Json[] = [];
  closed = false;
  /** What the server says at once to a frame, if anything. */
  server: (frame: Json) => Json | null = () => null;
  private opened = false;

  constructor(readonly address: string) {}

  send(text: string): void {
    if (!this.opened || this.closed) throw new Error("InvalidStateError");
    const frame = JSON.parse(text) as Json;
    this.sent.push(frame);
    const answer = this.server(frame);
    if (answer !== null) queueMicrotask(() => this.push({ id: frame["id"], ...answer }));
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    this.opened = true;
    this.onopen?.call(this as unknown as WebSocket, new Event("open"));
  }

  break(): void {
    this.closed = true;
    this.onclose?.call(this as unknown as WebSocket, new Event("close") as CloseEvent);
  }

  push(frame: Json): void {
    const event = { data: JSON.stringify(frame) } as MessageEvent;
    this.onmessage?.call(this as unknown as WebSocket, event);
  }

  of(action: string): Json[] {
    return this.sent.filter((frame) => frame["action"] === action);
  }

  answer(action: string, frame: Json): void {
    const question = this.of(action).at(-1);
    this.push({ id: question?.["id"], ...frame });
  }
}

export class FakeKeeper implements Keeper {
  readonly items = new Map<string, string>();

  getItem(name: string): string | null {
    return this.items.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    this.items.set(name, value);
  }

  removeItem(name: string): void {
    this.items.delete(name);
  }
}

export function message(number: number, changes: Partial<Message> = {}): Message {
  return {
    conversation: "c1",
    number,
    author: { kind: "visitor", name: "", avatar: "" },
    text: `text ${number}`,
    sent_at: "2026-03-02T09:00:00Z",
    client_id: null,
    attachments: [],
    ...changes,
  };
}

export const byAgent = { kind: "agent", name: "Ada", avatar: "" } as const;

export function view(changes: Partial<View> = {}): View {
  return {
    id: "c1",
    version: 1,
    state: "assigned",
    visitor: "v1",
    group: "loans",
    agent: "ada",
    language: "fr",
    targeting_rule: null,
    routing_rule: null,
    campaign: null,
    opened_at: "2026-03-02T08:00:00Z",
    waiting_since: "2026-03-02T08:00:00Z",
    closed_at: null,
    unanswered_since: null,
    last_number: 0,
    visitor_seen: 0,
    agent_seen: 0,
    email: null,
    tags: [],
    snoozed_until: null,
    kept_for: null,
    close_reason: null,
    page: { url: "https://bank.example/", title: "Bank" },
    ...changes,
  };
}
