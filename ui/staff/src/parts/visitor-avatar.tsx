/** A coloured circle that stays the same for the same visitor. */

import { Avatar } from "@mantine/core";

import { visitorName } from "../desk/select";
import type { View } from "../protocol";

const COLOURS = ["teal", "grape", "orange", "cyan", "pink", "lime", "blue", "violet"] as const;

export function VisitorAvatar({ view, size = 38 }: { view: View; size?: number }) {
  const name = view.visitor || view.id;
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  const letter = view.email === null ? "V" : visitorName(view).charAt(0).toUpperCase();
  return (
    <Avatar size={size} radius="xl" color={COLOURS[sum % COLOURS.length] ?? "gray"} aria-hidden="true">
      {letter}
    </Avatar>
  );
}
