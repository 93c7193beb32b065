/** How does the checklist read, on the screen and in a file? */

import type { Readiness, ReadinessItem } from "../protocol";

const TITLES: Readonly<Record<string, string>> = {
  users: "Agents who can sign in",
  groups: "Routing groups with members",
  notifications_and_chatbox: "Active notifications and chatbox",
  targeting_rules: "Active targeting rules",
};

export function titleOf(item: ReadinessItem): string {
  return TITLES[item.name] ?? item.name.replaceAll("_", " ");
}

export function foundWords(item: ReadinessItem): string {
  return item.found === 0 ? "none found" : `${item.found} found`;
}

export function asMarkdown(site: string, readiness: Readiness): string {
  const lines = readiness.items.flatMap((item) => [
    `- [${item.ready ? "x" : " "}] ${titleOf(item)} (${foundWords(item)})`,
    ...(item.next === "" ? [] : [`  ${item.next}`]),
  ]);
  return [`# Setup checklist: ${site}`, "", ...lines, ""].join("\n");
}
