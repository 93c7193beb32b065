import { describe, expect, test } from "vitest";

import { lossWords, takenWords } from "../src/desk/losses";
import { namesOf } from "../src/desk/names";
import { eventWords, reasonWords } from "../src/desk/reasons";
import { endOf, fieldOf } from "../src/desk/snoozes";
import { initialState } from "../src/desk/state";
import { choicesOf, warningOf } from "../src/desk/targets";
import { canCancel, ruleWords, timerWords } from "../src/desk/timers";
import { ahead } from "../src/parts/time";
import { noteOf, reasonsOf, targetsOf, timerOf } from "../src/routing";

const targets = targetsOf({
  agents: [
    { id: "ada", name: "Ada", status: "available", slots: 3, free_slots: 3 },
    { id: "leo", name: "Léo", status: "offline", slots: 2, free_slots: 2 },
    { id: "ben", name: "Ben", status: "busy", slots: 2, free_slots: 0 },
    { id: "zoe", name: "Zoé", status: "available", slots: 3, free_slots: 1 },
    { name: "no id" },
  ],
  routing_rules: [{ id: "loans", name: "Loans" }],
});
const names = (search = "") => choicesOf(targets, "ada", search).map((each) => each.target.name);

describe("to whom to transfer", () => {
  test("never oneself; whoever could answer comes first, rules last", () => {
    expect(names()).toEqual(["Zoé", "Ben", "Léo", "Loans"]);
  });

  test("a search knows neither case nor accents", () => {
    expect(names("ZOE")).toEqual(["Zoé"]);
    expect(names("l")).toEqual(["Léo", "Loans"]);
    expect(names("nobody")).toEqual([]);
  });

  test("a rule and an agent of the same id are two choices", () => {
    const kinds = choicesOf(targets, "ada", "lo").map((each) => each.target.kind);
    expect(kinds).toEqual(["routing_rule"]);
  });

  test("it is said beforehand that somebody cannot take it now", () => {
    const warnings = choicesOf(targets, "ada", "").map(warningOf);
    expect(warnings.map((each) => each !== "")).toEqual([false, true, true, false]);
    expect(warnings[1]).toContain("waits for Ben first");
  });
});

describe("until when to snooze", () => {
  const now = Date.parse("2026-03-02T09:00:00Z");

  test("a date field is local time, there and back", () => {
    expect(endOf(fieldOf(now + 3_600_000), now)).toEqual({ end: { until: "2026-03-02T10:00:00Z" } });
  });

  test.each([
    ["", "Choose a day and a time."],
    [fieldOf(now - 60_000), "Choose a moment to come."],
    [fieldOf(now + 31 * 86_400_000), "30 days is the longest."],
  ])("%s is refused", (field, problem) => {
    expect(endOf(field, now)).toEqual({ problem });
  });
});

describe("what the server says", () => {
  test("reasons come latest first, with everybody who was considered", () => {
    const reasons = reasonsOf({
      engagement: { fired: "hello", sentences: ["“Hello” engages.", "“Loans” is paused."] },
      routing: [
        { at: "2026-03-02T09:00:00Z", event: "start", sentences: ["Nobody was free."], record: {} },
        {
          at: "2026-03-02T09:01:00Z",
          event: "take",
          sentences: ["Ben took it."],
          record: {
            agent: "ben",
            groups: [
              {
                group: "loans",
                agents: [{ agent: "ben", reason: "eligible", load: 1, slots: 2 }],
                agents_left_out: 4,
              },
            ],
          },
        },
      ],
    });
    expect(reasons.engagedBy).toBe("hello");
    expect(reasons.targeting).toEqual(["“Hello” engages.", "“Loans” is paused."]);
    expect(reasons.decisions.map((each) => each.event)).toEqual(["take", "start"]);
    expect(reasons.decisions[0]?.winner).toBe("ben");
    expect(reasons.decisions[0]?.groups[0]).toMatchObject({ leftOut: 4, waiting: null });
  });

  test("nothing at all is no reason to break", () => {
    const nothing = { engagedBy: null, targeting: [], decisions: [] };
    expect(reasonsOf({ engagement: null, routing: [] })).toEqual(nothing);
    expect(targetsOf(null)).toEqual({ agents: [], rules: [] });
    expect([noteOf({}), timerOf({ id: "t1" })]).toEqual([null, null]);
  });

  test("a note and a timer are read", () => {
    const note = noteOf({ id: "n1", author: "ben", text: "Calm him", written_at: "x" });
    expect(note).toEqual({ id: "n1", author: "ben", text: "Calm him", at: "x" });
    expect(timerOf({ id: "t1", what: "answer", at: "x", rule: { kind: "group", id: "g" } })).toEqual(
      { id: "t1", what: "answer", at: "x", rule: { kind: "group", id: "g" } },
    );
  });
});

describe("in plain words", () => {
  test("each loss says what happened", () => {
    const reasons = [
      "answer_timeout",
      "transferred",
      "snoozed",
      "handed_back",
      "lease_expired",
      "offline",
      "away",
      "deactivated",
      null,
    ];
    const sentences = reasons.map((reason) => lossWords("Visitor v1", reason));
    expect(new Set(sentences).size).toBe(reasons.length);
    expect(takenWords("Visitor v1", "Ben")).toBe("Ben took Visitor v1 a moment ago.");
    expect(takenWords("Visitor v1", null)).toBe("A colleague took Visitor v1 a moment ago.");
  });

  test("a word that is not known yet stays readable", () => {
    expect(reasonWords("full")).toBe("No free slot");
    expect(reasonWords("gone_fishing")).toBe("Gone fishing");
    expect(eventWords("queue")).toBe("Its turn came");
    expect(timerWords("unheard_of")).toBe("Something is looked at again.");
  });

  test("a wait names what was set, not how it is stored", () => {
    const timer = { id: "t", at: "x", what: "answer" };
    const names = namesOf({ groups: { g1: "Loans" }, flows: { f1: "Evenings" } });
    const state = { ...initialState("ada", "away", []), names };
    const words = (kind: string, id: string) => ruleWords(state, { ...timer, rule: { kind, id } });
    expect(words("group", "g1")).toBe("Set for Loans");
    expect(words("flow", "f1")).toBe("By the flow Evenings");
    expect(words("routing_rule", "r1")).toBe("By the routing rule (removed)");
    expect(ruleWords(state, { ...timer, rule: null })).toBe("");
  });

  test.each([
    ["2026-03-02T08:59:00Z", "now"],
    ["2026-03-02T09:00:40Z", "in 40 s"],
    ["2026-03-02T09:02:10Z", "in 2 min"],
    ["2026-03-02T11:59:55Z", "in 3 h"],
    ["2026-03-05T09:00:00Z", "in 3 days"],
  ])("%s is %s", (at, words) => {
    expect(ahead(at, Date.parse("2026-03-02T09:00:00Z"))).toBe(words);
  });

  test("only what does not follow from the conversation itself can be cancelled", () => {
    const timer = { id: "t", at: "x", rule: null };
    const told = ["email_request", "estimated_wait", "snooze", "answer"];
    expect(told.map((what) => canCancel({ ...timer, what }))).toEqual([true, true, true, false]);
  });
});
