import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Memory } from "../src/memory";
import type { Message } from "../src/protocol";
import { Session } from "../src/session";
import { SharedLine } from "../src/shared-line";
import { initialState } from "../src/state";
import { chances, FakeStorage } from "./chance";
import { FakeSocket, type Said } from "./sockets";
import { FakeBrowser, ownView } from "./tabs";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "wss://example.org",
  consent_required: false,
  notifications: {},
};
const PAGE = { site: "bank", url: "https://bank.example/", title: "Bank", language: "en" };
const AROUND = { device: "desktop", browser: "chrome", os: "linux" };

/** One conversation as the server keeps it; it tells a message to every socket but the writer's. */
class Server {
  readonly stored: Message[] = [];
  readonly #listening = new Set<FakeSocket>();
  readonly #chance: () => number;
  read = 0;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  heard(socket: FakeSocket, frame: Said): void {
    if (this.#chance() < 0.03) return void socket.break();
    const answer = (fields: object): void => this.#push(socket, { id: frame.id, ...fields });
    if (frame.action === "page") {
      this.#listening.add(socket);
      const { after } = (frame["resume"] ?? { after: 0 }) as { after: number };
      if (frame["resume"]) this.#push(socket, this.#messages(after));
      answer({ type: "page", pass: "p", watches: [], ...this.#shown() });
    } else if (frame.action === "resume") {
      answer(this.#messages(frame["after"] as number));
    } else if (frame.action === "read") {
      this.read = Math.max(this.read, frame["number"] as number);
    } else if (frame.action === "message") {
      const client_id = frame["client_id"] as string;
      const known = this.stored.find((message) => message.client_id === client_id);
      const { number } = known ?? this.add("visitor", frame["text"] as string, client_id, socket);
      answer({ type: "ack", client_id, number, conversation: "c1" });
    } else if (frame.action === "ping") answer({ type: "pong" });
  }

  add(kind: "visitor" | "agent", text: string, client_id: string, by?: FakeSocket): Message {
    const message = {
      number: this.stored.length + 1,
      author: { kind },
      text,
      sent_at: "2026-01-01T00:00:00Z",
      client_id,
    };
    this.stored.push(message);
    for (const socket of this.#listening) {
      if (socket !== by) this.#push(socket, { type: "message", conversation: "c1", ...message });
    }
    return message;
  }

  #messages(after: number): object {
    const items = this.stored.filter(({ number }) => number > after).slice(0, 5);
    return { type: "messages", conversation: "c1", after, items, last: this.stored.length };
  }

  #shown(): object {
    const conversation = { type: "conversation", id: "c1", state: "assigned", token: "t1" };
    const marks = { visitor_seen: this.read, agent_seen: 0, last: this.stored.length };
    return { conversation: { ...conversation, ...marks } };
  }

  #push(socket: FakeSocket, frame: object): void {
    const chance = this.#chance();
    if (socket.closed || chance < 0.05) return;
    socket.hear(frame);
    if (chance > 0.9) socket.hear(frame);
  }
}

/** A browser with tabs on the conversation; a socket opens half a second after it is dialled. */
function browsing(chance: () => number) {
  const server = new Server(chance);
  const browser = new FakeBrowser();
  const storage = new FakeStorage();
  const tabs = new Set<Session>();
  let ids = 0;
  const dial = (): FakeSocket => {
    const socket = new FakeSocket();
    socket.server = (frame) => server.heard(socket, frame);
    setTimeout(() => socket.closed || socket.onopen?.(), 500);
    return socket;
  };
  const open = (): Session => {
    const tell = (name: string, value: string | null): void => {
      for (const tab of tabs) {
        if (tab !== session) queueMicrotask(() => tabs.has(tab) && tab.heardStorage(name, value));
      }
    };
    const memory = new Memory("bank", ownView(storage, tell));
    memory.allow("full");
    const session: Session = new Session(
      {
        memory,
        line: (events) => new SharedLine({ ...events, url: "", dial, chance }, browser.tab()),
        now: () => new Date(),
        newId: () => `id${(ids += 1)}x`,
        isSeen: () => true,
        mayReopen: () => true,
        page: () => ({ ...PAGE, ...AROUND }),
        onState: () => undefined,
        onWatches: () => undefined,
        onUnheard: () => undefined,
      },
      initialState(CONFIGURATION, "en"),
    );
    tabs.add(session);
    session.dial();
    return session;
  };
  const close = (session: Session): void => {
    tabs.delete(session);
    session.stop();
  };
  return { server, open, close };
}

const texts = (messages: readonly Message[]): string[] => messages.map(({ text }) => text);
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

test("what one tab writes and reads the other shows, over one line", async () => {
  const { server, open } = browsing(() => 0.5);
  const first = open();
  const second = open();
  await pass(2_000);
  server.add("agent", "Good morning", "a1");
  second.change({ open: "by_visitor" });
  second.send("Hello");
  await pass(100);
  expect(texts(first.state.transcript.items)).toEqual(["Good morning", "Hello"]);
  expect(texts(second.state.transcript.items)).toEqual(["Good morning", "Hello"]);
  expect(first.state.conversation?.visitor_seen).toBe(1);
  expect(first.state.letters).toEqual([]);
});

test("what a tab wrote on a dead line before it closed is sent by the other", async () => {
  const { server, open, close } = browsing(() => 0.5);
  const first = open();
  const second = open();
  await pass(2_000);
  second.rest();
  second.send("Do not forget me");
  await pass(10);
  close(second);
  await pass(25_000);
  expect(texts(server.stored)).toEqual(["Do not forget me"]);
  expect(texts(first.state.transcript.items)).toEqual(["Do not forget me"]);
});

test("tabs that write, close, come back and break all end with the one transcript", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const chance = chances(seed);
    const { server, open, close } = browsing(chance);
    const tabs = [open(), open(), open()];
    await pass(5_000);
    const said: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const place = Math.floor(chance() * tabs.length);
      const text = `mine ${round}`;
      said.push(text);
      tabs[place]!.send(text);
      if (chance() < 0.5) server.add("agent", `theirs ${round}`, `a${round}`);
      await pass(chance() * 3_000);
      if (chance() > 0.3) continue;
      close(tabs[place]!);
      tabs[place] = open();
    }
    await pass(120_000);
    server.add("agent", "the end", "end");
    await pass(300_000);
    const all = texts(server.stored);
    const mine = all.filter((text) => text.startsWith("mine"));
    expect(mine.sort(), `seed ${seed}`).toEqual(said.sort());
    for (const tab of tabs) {
      expect(texts(tab.state.transcript.items), `seed ${seed}`).toEqual(all);
      expect(tab.state.letters, `seed ${seed}`).toEqual([]);
      close(tab);
    }
  }
}, 60_000);
