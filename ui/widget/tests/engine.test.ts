// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { start } from "../src/engine";
import { Listeners } from "../src/listeners";
import { initialState, type State } from "../src/state";
import type { Commands, Vestibule } from "../src/vestibule";

const COMMANDS: Record<keyof Commands, unknown[]> = {
  boot: [{ site: "bank" }],
  update: [{ cart: { amount: 5 } }],
  open: [],
  close: [],
  track: ["seen"],
  identify: ["a.b.c"],
  transaction: [{ id: "o1", amount: 5, currency: "EUR" }],
  consent: ["full"],
  navigate: [],
  on: ["opened", () => undefined],
  off: ["opened"],
  shutdown: [],
};

let warned: string[];
beforeEach(() => {
  warned = [];
  vi.spyOn(console, "warn").mockImplementation((text: string) => void warned.push(text));
});
afterEach(() => void vi.restoreAllMocks());

test("every command may come before the widget has begun", () => {
  const perform = start();
  for (const [name, rest] of Object.entries(COMMANDS)) perform(name, ...rest);
  expect(warned).toEqual(["vestibule: boot needs { site, api }"]);
});

test.each([
  ["constructor", []],
  ["fly", []],
  ["on", ["flown", () => undefined]],
  ["on", ["opened", "not a function"]],
  ["boot", []],
])("a mistake of the page is told, and not thrown: %s", (name, rest) => {
  start()(name, ...rest);
  expect(warned).toHaveLength(1);
});

test.each(["none", "FULL", false, null, ""])("consent that is %j is none: nothing begins, nothing is kept", (consent) => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("asked")));
  const perform = start();
  perform("boot", { site: "bank", api: "https://api.example", consent });
  expect(warned).toEqual(['vestibule: consent is "light" or "full"']);
  expect(document.querySelector("vestibule-widget")).toBeNull();
  expect(localStorage).toHaveLength(0);
  vi.unstubAllGlobals();
});

test("what the types promise of an event is what its listener gets", () => {
  const listeners = new Listeners();
  const heard: string[] = [];
  const typed: Vestibule = (command: string, ...rest: unknown[]) => {
    if (command === "on") (listeners.on as (...call: unknown[]) => void).call(listeners, ...rest);
  };
  typed("on", "message", ({ number, author, text }) => heard.push(`${number} ${author} ${text}`));
  typed("on", "rated", ({ csat, nps }) => heard.push(`rated ${csat} ${nps}`));
  typed("on", "closed", ({ conversation }) => heard.push(conversation));
  const configuration = {
    site: "bank",
    name: "Bank",
    languages: ["en"],
    socket: "",
    consent_required: false,
    notifications: {},
  };
  const empty = initialState(configuration, "en");
  const talk: State = { ...empty, conversation: { id: "c1", state: "assigned" } };
  const message = { number: 1, author: { kind: "agent" }, text: "Hi", sent_at: "" } as const;
  const said = { ...talk, transcript: { items: [message], held: [], settled: 1, last: 1 } };
  listeners.tell(said, talk);
  listeners.tell(said, said);
  const over: State = { ...said, conversation: { id: "c1", state: "closed" } };
  listeners.tell(over, said);
  const judged = { ...over, survey: { ...over.survey, csat: 4 } };
  listeners.tell(judged, over);
  listeners.tell({ ...judged, survey: { ...judged.survey, sending: true } }, judged);
  listeners.tell({ ...judged, survey: { ...judged.survey, nps: 9 } }, judged);
  expect(heard).toEqual(["1 agent Hi", "c1", "rated 4 undefined", "rated 4 9"]);
});
