/** Where the page starts. */

import "@mantine/core/styles.css";
import "./page.css";

import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";

import { App } from "./app";
import { theme } from "./theme";

const root = document.getElementById("page");
if (root === null) throw new Error("the page has no place for the application");
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <App />
  </MantineProvider>,
);
