import { describe, expect, test } from "vitest";
import { Memory } from "../src/memory";
import { apply } from "../src/notices";
import type { Incoming } from "../src/protocol";
import { restore, takeToken } from "../src/return-link";
import { initialState, recalled } from "../src/state";
import { FakeStorage } from "./chance";

const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "wss://example.org?site=bank",
  consent_required: false,
  notifications: {},
};
const NOW = new Date("2026-01-01T00:00:00Z");

function visited(hash: string) {
  const shown: string[] = [];
  const place = { hash, pathname: "/loans", search: "?a=1" } as Location;
  const history = {
    state: { page: 1 },
    replaceState: (_: unknown, __: string, url: string) => shown.push(url),
  } as unknown as History;
  return { token: takeToken(place, history), shown };
}

test("the token leaves the address at once", () => {
  expect(visited("#vestibule=abc.def")).toEqual({ token: "abc.def", shown: ["/loans?a=1"] });
});

test("a link that was cut is no token, and leaves the address too", () => {
  expect(visited("#vestibule=abc%E0%A4")).toEqual({ token: undefined, shown: ["/loans?a=1"] });
});

test.each(["", "#contents", "#vestibule="])("the page's own fragment %j is no token", (hash) => {
  expect(visited(hash).token).toBeUndefined();
});

describe("the conversation of a link", () => {
  function returned() {
    const memory = new Memory("bank", new FakeStorage());
    memory.put("conversation", { id: "c0", state: "closed", token: "another" });
    restore(memory, "abc.def");
    return { ...initialState(CONFIGURATION, "en"), ...recalled(memory, true) };
  }
  const messages: Incoming = {
    type: "messages",
    conversation: "c1",
    items: [{ number: 1, author: { kind: "agent" }, text: "Yes", sent_at: NOW.toISOString() }],
    last: 1,
  };

  test("takes the place of the one before, with its box open", () => {
    const state = returned();
    expect(state.conversation).toMatchObject({ token: "abc.def" });
    expect(state.open).not.toBe(false);
  });

  test("shows what was said, whether or not its name is known yet", () => {
    const early = apply(returned(), messages, NOW);
    expect(early.transcript.items).toHaveLength(1);
    const told: Incoming = { type: "conversation", conversation: { id: "c1", state: "assigned", last: 1 } };
    const later = apply(early, told, NOW);
    expect(later.conversation).toMatchObject({ id: "c1", token: "abc.def" });
    expect(later.transcript.items).toHaveLength(1);
    expect(later.past).toHaveLength(0);
  });
});
