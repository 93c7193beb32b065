import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchConfiguration } from "../src/configuration";
import { CONFIGURATION } from "./page";

type Answer = () => Promise<Response>;

const found: Answer = async () => new Response(JSON.stringify(CONFIGURATION));
const cut: Answer = async () => new Response('{"site": "ba');
const missing: Answer = async () => new Response("", { status: 404 });
const busy: Answer = async () => new Response("", { status: 503 });
const unreachable: Answer = () => Promise.reject(new TypeError("Failed to fetch"));

let asked: number;
let online: boolean;
let network: EventTarget;
let warned: string[];

beforeEach(() => {
  vi.useFakeTimers();
  warned = [];
  online = true;
  network = new EventTarget();
  vi.spyOn(console, "warn").mockImplementation((text: string) => void warned.push(text));
  vi.stubGlobal("navigator", {
    get onLine() {
      return online;
    },
  });
  vi.stubGlobal("addEventListener", network.addEventListener.bind(network));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Fetch where the server answers so, one after the other, the last for ever. */
function fetched(...answers: Answer[]) {
  asked = 0;
  vi.stubGlobal("fetch", () => answers[Math.min((asked += 1), answers.length) - 1]!());
  return fetchConfiguration("https://api.example/v1/", "bank");
}

test.each([
  ["cut short", cut],
  ["refused for a moment", busy],
  ["lost", unreachable],
])("an answer that is %s is asked for again", async (_, answer) => {
  const configuration = fetched(answer, found);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await configuration).toEqual(CONFIGURATION);
  expect(asked).toBe(2);
});

test("a site that is not there is asked for once, and the page is told", async () => {
  expect(await fetched(missing, found)).toBeUndefined();
  expect(asked).toBe(1);
  expect(warned).toHaveLength(1);
});

test("a server that cannot be reached is left alone in the end", async () => {
  const configuration = fetched(unreachable);
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(await configuration).toBeUndefined();
  expect(asked).toBe(4);
});

test("without a network the page waits for it, however long", async () => {
  online = false;
  const configuration = fetched(unreachable, found);
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(asked).toBe(1);
  online = true;
  network.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await configuration).toEqual(CONFIGURATION);
  expect(warned).toEqual([]);
});
