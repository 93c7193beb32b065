/** Does the server know what the visitor made of an invitation, and bought, though the line broke? */
import type { Desk } from "./desk";
import type { Outgoing } from "./protocol";
import { offered } from "./state";
import type { Transaction } from "./vestibule";

const LASTING: readonly Outgoing["action"][] = ["accept", "dismiss", "transaction"];

export class Answers {
  readonly #desk: Desk;
  #unsaid: Outgoing[] = [];

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  give(action: "accept" | "dismiss"): void {
    const { state, pass: latest } = this.#desk;
    const engagement = offered(state);
    const pass = engagement?.pass ?? latest;
    if (!engagement || pass === undefined) return;
    const answer = { action, pass, engagement: engagement.id };
    if (!this.#desk.ask(answer)) this.#unsaid.push(answer);
    this.#desk.change(
      action === "accept"
        ? { engagement: { ...engagement, state: "accepted" }, open: "by_visitor" }
        : { engagement: undefined },
    );
  }

  sold({ id, amount, currency }: Transaction): void {
    this.#unsaid.push({ action: "transaction", pass: "", transaction: id, amount, currency });
    this.follow();
  }

  /** These were asked, and nobody will answer. */
  lost(asked: readonly Outgoing[]): void {
    const unheard = asked.filter(({ action }) => LASTING.includes(action));
    this.#unsaid.push(...unheard);
  }

  /** Say what could not be said before. */
  follow(): void {
    if (!this.#desk.ready) return;
    const { pass = "" } = this.#desk;
    for (const answer of this.#unsaid.splice(0)) {
      // Whose an invitation was stays; who buys is who is here now.
      this.#desk.ask(answer.action === "transaction" ? { ...answer, pass } : answer);
    }
  }
}
