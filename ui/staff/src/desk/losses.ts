/** How is an agent told that a conversation is not theirs any more? */

/** One sentence on what happened, and where the visitor is now. */
export function lossWords(visitor: string, reason: string | null): string {
  switch (reason) {
    case "answer_timeout":
      return `${visitor} waited too long for an answer and goes to a colleague.`;
    case "lease_expired":
      return `Your connection was lost for too long. ${visitor} went back to the queue.`;
    case "offline":
      return `You went offline. ${visitor} went back to the queue.`;
    case "away":
      return `You are away. ${visitor} went back to the queue.`;
    case "deactivated":
      return `Your account was deactivated. ${visitor} went back to the queue.`;
    case "transferred":
      return `${visitor} was transferred to somebody else.`;
    case "snoozed":
      return `${visitor} was snoozed.`;
    case "handed_back":
      return `${visitor} was handed back to the queue.`;
    default:
      return `${visitor} is no longer yours.`;
  }
}

/** The sentence for whoever reached for a conversation that somebody else has; `by` null if unknown. */
export function takenWords(visitor: string, by: string | null): string {
  return `${by ?? "A colleague"} took ${visitor} a moment ago.`;
}
