/** One page of a site in one browser, as the tests of the session see it. */
import { Connection } from "../src/connection";
import { Memory } from "../src/memory";
import type { Message } from "../src/protocol";
import { Session } from "../src/session";
import { initialState } from "../src/state";
import { FakeStorage } from "./chance";
import { FakeSocket, type Said } from "./sockets";

export const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "wss://example.org?site=bank",
  consent_required: false,
  notifications: {},
};
const PAGE = { site: "bank", url: "https://bank.example/", title: "Bank", language: "en" };
const AROUND = { device: "desktop", browser: "chrome", os: "linux", facts: { cart: { amount: 5 } } };
export const INVITED = { id: "e1", kind: "notification", notification: "n1" } as const;

/** One page of the bank in one browser; `storage` outlives it. */
export function opened(storage = new FakeStorage(), { seen = true, chance = () => 0 } = {}) {
  const sockets: FakeSocket[] = [];
  const memory = new Memory("bank", storage);
  memory.allow("full");
  let ids = 0;
  let unheard = 0;
  const session = new Session(
    {
      memory,
      line: (events) =>
        new Connection({
          ...events,
          url: CONFIGURATION.socket,
          chance,
          dial: () => {
            const socket = new FakeSocket();
            sockets.push(socket);
            return socket;
          },
        }),
      now: () => new Date(),
      newId: () => `id${(ids += 1)}`,
      isSeen: () => seen,
      mayReopen: () => true,
      page: () => ({ ...PAGE, ...AROUND }),
      onState: () => undefined,
      onWatches: () => undefined,
      onUnheard: () => (unheard += 1),
    },
    initialState(CONFIGURATION, "en"),
  );
  session.dial();
  const line = {
    get socket(): FakeSocket {
      return sockets.at(-1)!;
    },
    last(action: string): Said {
      return this.socket.said.findLast((frame) => frame.action === action)!;
    },
    count(action: string): number {
      return sockets.flatMap((socket) => socket.actions()).filter((a) => a === action).length;
    },
    open(page: object = {}): void {
      this.socket.onopen!();
      this.socket.hear({ type: "page", id: this.last("page").id, pass: "p1", watches: [], ...page });
    },
    get unheard(): number {
      return unheard;
    },
    ack(action: "start" | "message", number: number): void {
      const { id, client_id } = this.last(action);
      this.socket.hear({ type: "ack", id, client_id, number });
    },
  };
  return { session, line, sockets };
}

export const conversation = (more: object = {}) => ({
  type: "conversation",
  id: "c1",
  state: "waiting",
  token: "t1",
  last: 0,
  visitor_seen: 0,
  agent_seen: 0,
  email: { state: "none" },
  ...more,
});

/** A page whose visitor was invited, has accepted, and has had a first message acknowledged. */
export function talking(storage = new FakeStorage(), options = {}) {
  const page = opened(storage, options);
  page.line.open({ engagement: INVITED });
  page.session.answerInvitation("accept");
  page.session.send("hello");
  page.line.socket.hear(conversation());
  page.line.ack("start", 1);
  return page;
}

/** A message as the server tells it. */
export const said = (number: number, more: Partial<Message> = {}) => ({
  type: "message",
  conversation: "c1",
  number,
  author: { kind: "agent" as const, name: "Ada" },
  text: `text ${number}`,
  sent_at: "2026-01-01T00:00:00Z",
  ...more,
});

/** What the visitor reads. */
export const shown = (session: Session): string[] =>
  session.state.transcript.items.map((message) => message.text);
