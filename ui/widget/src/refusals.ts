/** What becomes of what we asked when the server refuses it? */
import type { Arrival } from "./arrival";
import type { CatchUp } from "./catch-up";
import { STALE_PASS, type Courier } from "./courier";
import type { Desk } from "./desk";
import { PASSING, type Outgoing, type Refusal } from "./protocol";

/** Whoever may have asked. */
export interface Askers {
  readonly desk: Desk;
  readonly arrival: Arrival;
  readonly courier: Courier;
  readonly catchUp: CatchUp;
  readonly onUnheard: () => void;
}

/** Let whoever asked go on, in another way or not at all. */
export function refuse(askers: Askers, error: Refusal, request: Outgoing | undefined): void {
  const { desk, arrival, courier, catchUp, onUnheard } = askers;
  const isPassing = PASSING.includes(error.code);
  // The pass is too old: a page view gets a new one.
  if (STALE_PASS.includes(error.code) && request?.action !== "page") arrival.tell();
  switch (request?.action) {
    case "start":
    case "message":
      return courier.refused(error, request);
    case "page":
      return arrival.refused(error, request);
    case "resume":
      return isPassing ? desk.restart() : catchUp.refused();
    case "email": {
      const problem = isPassing ? "failed" : "invalid";
      return desk.change({ email: { ...desk.state.email, sending: false, problem } });
    }
    case "rate":
      return desk.change({ survey: { ...desk.state.survey, sending: false, failed: true } });
    case "observed":
      onUnheard();
      return isPassing ? desk.restart() : undefined;
    default:
      console.warn(`vestibule: ${error.code}: ${error.message}`);
  }
}
