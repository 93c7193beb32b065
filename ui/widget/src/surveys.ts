/** What is a visitor still asked when a conversation is over, and what becomes of the answer? */
import type { Desk } from "./desk";
import type { Judgement } from "./protocol";
import type { State } from "./state";

export type Question = keyof Judgement;

const QUESTIONS: readonly Question[] = ["csat", "nps", "comment"];

/** Whether the end of this conversation is one to judge: somebody has answered in it. */
export function isJudged({ configuration, conversation, transcript }: State): boolean {
  if (configuration.chatbox?.survey === false || conversation?.state !== "closed") return false;
  return conversation.token !== undefined && transcript.items.some(({ author }) => author.kind === "agent");
}

/** The question whose turn it is; undefined when all have been answered or passed over. */
export function nextQuestion({ survey }: State): Question | undefined {
  return QUESTIONS.find((question) => survey[question] === undefined && !survey.skipped.includes(question));
}

/** Give one answer. It counts when the server has taken it. */
export function judge(desk: Desk, judgement: Judgement): void {
  const { survey, conversation } = desk.state;
  if (survey.sending) return;
  const token = conversation?.token;
  const sending = token !== undefined && desk.ask({ action: "rate", token, ...judgement });
  desk.change({ survey: { ...survey, sending, failed: !sending } });
}

/** Pass over a question. */
export function skip(desk: Desk, question: Question): void {
  const { survey } = desk.state;
  desk.change({ survey: { ...survey, failed: false, skipped: [...survey.skipped, question] } });
}
