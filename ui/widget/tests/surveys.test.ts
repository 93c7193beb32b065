import { expect, test } from "vitest";
import type { Desk } from "../src/desk";
import { apply } from "../src/notices";
import type { Outgoing } from "../src/protocol";
import { initialState, unanswered, type State } from "../src/state";
import { isJudged, judge, nextQuestion, skip } from "../src/surveys";
import { add, EMPTY } from "../src/transcript";

const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "",
  consent_required: false,
  notifications: {},
};
const ANSWER = { number: 1, author: { kind: "agent" as const }, text: "Hi", sent_at: "2026-01-01T12:00:00Z" };
const OVER: State = {
  ...initialState(CONFIGURATION, "en"),
  conversation: { id: "c1", state: "closed", token: "t1" },
  transcript: add(EMPTY, ANSWER),
};

/** A desk whose line works until it is cut. */
function desk(state = OVER, line = true) {
  const asked: Outgoing[] = [];
  const made = {
    state,
    ask: (frame: Outgoing) => line && asked.push(frame) > 0,
    change(patch: Partial<State>) {
      made.state = { ...made.state, ...patch };
    },
  };
  return { desk: made as unknown as Desk, asked, made };
}

test("what nobody has answered, and what is not over, is not judged", () => {
  expect(isJudged(OVER)).toBe(true);
  expect(isJudged({ ...OVER, transcript: EMPTY })).toBe(false);
  expect(isJudged({ ...OVER, conversation: { id: "c1", state: "assigned", token: "t1" } })).toBe(false);
  expect(isJudged({ ...OVER, configuration: { ...CONFIGURATION, chatbox: { survey: false } } })).toBe(false);
});

test("an answer counts when the server has taken it, and the next question follows", () => {
  const { desk: here, asked, made } = desk();
  judge(here, { csat: 4 });
  expect(asked).toEqual([{ action: "rate", token: "t1", csat: 4 }]);
  expect(nextQuestion(made.state)).toBe("csat");
  judge(here, { csat: 1 });
  expect(asked).toHaveLength(1);
  made.state = apply(made.state, { type: "survey", conversation: "c1", csat: 4 }, new Date());
  expect(nextQuestion(made.state)).toBe("nps");
  skip(here, "nps");
  expect(nextQuestion(made.state)).toBe("comment");
  skip(here, "comment");
  expect(nextQuestion(made.state)).toBeUndefined();
});

test("without a line an answer has failed, and may be given again", () => {
  const { desk: here, made } = desk(OVER, false);
  judge(here, { csat: 4 });
  expect(made.state.survey).toMatchObject({ sending: false, failed: true });
  const broken = desk();
  judge(broken.desk, { csat: 4 });
  const { survey } = unanswered(broken.made.state);
  expect(survey).toMatchObject({ sending: false, failed: true });
});

test("the judgement of another conversation is not this one's", () => {
  const state = apply(OVER, { type: "survey", conversation: "c0", csat: 1 }, new Date());
  expect(state.survey.csat).toBeUndefined();
});
