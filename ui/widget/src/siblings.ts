/** What do the tabs of one visitor, who share a line, learn from each other's words? */
import type { Incoming } from "./protocol";
import type { State } from "./state";

type PageAnswer = Extract<Incoming, { type: "page" }>;

/**
 * Whether the answer to another tab tells something of the conversation that all tabs show; an
 * acknowledgement is left to the tab that wrote, which then tells the message itself.
 */
export function concernsAll(frame: Incoming): boolean {
  switch (frame.type) {
    case "conversation":
      return frame.conversation.state !== "missed";
    case "messages":
    case "email":
      return true;
    default:
      return false;
  }
}

/**
 * What a page learns from the view of another on its line: of all that show one button, the server
 * tells only the last.
 */
export function buttonsAfter({ buttons }: State, { engagement }: PageAnswer): State["buttons"] {
  const { id, notification = "", button } = engagement ?? {};
  const shown = buttons[notification];
  if (!id || !button || !shown) return buttons;
  return { ...buttons, [notification]: { ...shown, button: { state: button.state, told: id } } };
}

/**
 * What the other tabs must hear of a message that this one wrote: the server tells it to every
 * socket but the writer's, which is theirs too.
 */
export function written({ conversation, transcript }: State, client_id: string): Incoming[] {
  const known = [...transcript.items, ...transcript.held];
  const message = known.findLast((one) => one.client_id === client_id);
  if (!conversation?.id || !message) return [];
  return [{ type: "message", conversation: conversation.id, ...message }];
}
