// Is the widget still small? Prints the gzipped sizes and fails when one is over its budget.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const folder = join(import.meta.dirname, "../dist/widget");
const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
const size = (names) =>
  names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);

const budgets = [
  ["loader", files.filter((name) => name === "vestibule.js"), 5],
  ["before the box is opened", files.filter((name) => !name.startsWith("box-")), 20],
  ["in all", files, 60],
];
for (const [what, names, budget] of budgets) {
  const kilobytes = size(names) / 1024;
  const verdict = kilobytes <= budget ? "" : "  OVER BUDGET";
  console.log(`widget, ${what}: ${kilobytes.toFixed(1)} KB gzipped of ${budget}${verdict}`);
  if (verdict) process.exitCode = 1;
}
