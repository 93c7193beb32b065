/** What does the page look like? The one place for colours, corners and type. */

import { createTheme } from "@mantine/core";

export const theme = createTheme({
  colors: {
    // The dark scheme in the tint of this page, from text to ground.
    dark: [
      "#e8eaf0",
      "#c9cedb",
      "#a3abbe",
      "#7d869b",
      "#4a5163",
      "#343a49",
      "#242834",
      "#1b1e26",
      "#14161c",
      "#0f1116",
    ],
  },
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily:
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif",
  headings: { fontWeight: "650" },
});
