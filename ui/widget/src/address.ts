/** Has the server taken the address that the visitor gave? */
import type { Desk } from "./desk";
import { PASSING, type Refusal } from "./protocol";
import type { Email } from "./state";

export class Address {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  give(address: string): void {
    const { conversation, email } = this.#desk.state;
    const token = conversation?.token;
    const sending = token !== undefined && this.#desk.ask({ action: "email", token, address });
    const { problem: _, ...fresh } = email;
    this.#become({ ...fresh, sending, ...(sending ? {} : { problem: "failed" as const }) });
  }

  refused(error: Refusal): void {
    this.#fail(PASSING.includes(error.code) ? "failed" : "invalid");
  }

  /** Whether it was taken nobody will say any more. */
  lost(): void {
    if (this.#desk.state.email.sending) this.#fail("failed");
  }

  #fail(problem: "failed" | "invalid"): void {
    this.#become({ ...this.#desk.state.email, sending: false, problem });
  }

  #become(email: Email): void {
    this.#desk.change({ email });
  }
}
