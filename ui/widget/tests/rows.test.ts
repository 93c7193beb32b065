import { expect, test } from "vitest";
import { rowsOf, type MessageRow } from "../src/box/rows";
import type { AuthorKind, Message } from "../src/protocol";
import { initialState, type State } from "../src/state";
import { add, EMPTY } from "../src/transcript";

const said = (number: number, kind: AuthorKind, sent_at: string, client_id?: string): Message => ({
  number,
  author: { kind },
  text: `text ${number}`,
  sent_at,
  ...(client_id ? { client_id } : {}),
});

function stateOf(messages: readonly Message[], more: Partial<State> = {}): State {
  const configuration = {
    site: "bank",
    name: "Bank",
    languages: ["en"],
    socket: "",
    consent_required: false,
    notifications: {},
  };
  return {
    ...initialState(configuration, "en"),
    conversation: { id: "c1", state: "assigned", agent_seen: 0 },
    transcript: messages.reduce(add, EMPTY),
    ...more,
  };
}
const messageRows = (state: State): MessageRow[] =>
  rowsOf(state)
    .map(([, row]) => row)
    .filter((row) => row.kind === "message");

test("a new day has its own line", () => {
  const rows = rowsOf(
    stateOf([
      said(1, "agent", "2026-01-01T12:00:00Z"),
      said(2, "agent", "2026-01-03T12:00:00Z"),
    ]),
  );
  expect(rows.map(([, row]) => row.kind)).toEqual(["day", "message", "day", "message"]);
});

test("messages of one author within five minutes belong together", () => {
  const rows = messageRows(
    stateOf([
      said(1, "agent", "2026-01-01T12:00:00Z"),
      said(2, "agent", "2026-01-01T12:01:00Z"),
      said(3, "agent", "2026-01-01T12:09:00Z"),
      said(4, "visitor", "2026-01-01T12:09:10Z"),
    ]),
  );
  expect(rows.map((row) => row.leads)).toEqual([true, false, true, true]);
  expect(rows.map((row) => row.ends)).toEqual([false, true, true, true]);
});

test("only the last seen and the last sent of the visitor's messages say so", () => {
  const messages = [1, 2, 3, 4].map((n) => said(n, "visitor", "2026-01-01T12:00:00Z"));
  const conversation = { id: "c1", state: "assigned" as const, agent_seen: 2 };
  const deliveries = messageRows(stateOf(messages, { conversation })).map((row) => row.delivery);
  expect(deliveries).toEqual([undefined, "seen", undefined, "sent"]);
});

test("an unsent message comes last, and keeps its key when it is acknowledged", () => {
  const letter = { client_id: "k1", text: "text 2", written_at: "2026-01-01T12:01:00Z" };
  const before = [said(1, "agent", "2026-01-01T12:00:00Z")];
  const waiting = rowsOf(stateOf(before, { letters: [letter] })).at(-1)!;
  expect(waiting[1]).toMatchObject({ delivery: "sending", text: "text 2" });
  const sent = rowsOf(stateOf([...before, said(2, "visitor", letter.written_at, "k1")])).at(-1)!;
  expect(sent[1]).toMatchObject({ delivery: "sent", number: 2 });
  expect(sent[0]).toBe(waiting[0]);
});

test("a refused message is shown as failed", () => {
  const letter = { client_id: "k1", text: "no", written_at: "2026-01-01T12:01:00Z", refused: "forbidden" };
  expect(messageRows(stateOf([], { letters: [letter] }))[0]?.delivery).toBe("failed");
});

test("what came while nobody looked is below a line of its own", () => {
  const at = "2026-01-01T12:00:00Z";
  const messages = [said(1, "agent", at), said(2, "visitor", at), said(3, "visitor", at), said(4, "agent", at)];
  const kinds = (newAfter: number): string[] =>
    rowsOf(stateOf(messages), newAfter).map(([, row]) => row.kind);
  expect(kinds(2)).toEqual(["day", "message", "message", "message", "news", "message"]);
  expect(kinds(0)).toEqual(["day", "news", "message", "message", "message", "message"]);
  expect(kinds(4)).not.toContain("news");
  const past = [said(1, "agent", at), said(2, "agent", at)];
  const rows = rowsOf(stateOf(messages, { past }), 3).map(([, row]) => row.kind);
  expect(rows.indexOf("news")).toBe(6);
});
