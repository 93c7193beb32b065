/**
 * Does the visitor come from a mail of ours?
 *
 * Its link ends in `#vestibule=<conversation token>`. The token is a key: it leaves the address at
 * once, so that nobody copies it with the page's.
 */
import type { Memory } from "./memory";
import type { Conversation } from "./protocol";

/** The id of a conversation of which we have only the token; the server tells the rest. */
export const UNNAMED = "";

const MARK = "#vestibule=";

/** Take the token out of the page's address; undefined where there is none. */
export function takeToken(place: Location, history: History): string | undefined {
  if (!place.hash.startsWith(MARK)) return undefined;
  const token = place.hash.slice(MARK.length);
  history.replaceState(history.state, "", place.pathname + place.search);
  // As the server writes tokens: an address that was cut, or mended by a mail program, is none.
  return /^[\w.~-]+$/.test(token) ? token : undefined;
}

/** What is remembered is this conversation from now on, and its box stands open. */
export function restore(memory: Memory, token: string): void {
  const conversation: Conversation = { id: UNNAMED, state: "assigned", token };
  memory.put("conversation", conversation);
  memory.put("open", "by_visitor");
}
