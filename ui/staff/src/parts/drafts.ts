/** Where does an answer stay that was begun and not sent? In this tab, until the agent signs out. */

const PREFIX = "vestibule.draft.";

export function draftOf(conversation: string): string {
  return sessionStorage.getItem(PREFIX + conversation) ?? "";
}

export function keepDraft(conversation: string, text: string): void {
  if (text === "") sessionStorage.removeItem(PREFIX + conversation);
  else sessionStorage.setItem(PREFIX + conversation, text);
}

export function forgetDrafts(): void {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
  }
}
