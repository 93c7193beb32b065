/** A desk with its clock, its server and its sockets in the test's hands: new for each test. */

import { expect } from "vitest";

import { Rest } from "../src/connection/rest";
import { Desk } from "../src/desk/desk";
import { FakeClock, FakeKeeper, FakeSocket } from "./fakes";
import { FakeServer } from "./server";

export let clock: FakeClock;
export let server: FakeServer;
export let keeper: FakeKeeper;
export let sockets: FakeSocket[];
export let desk: Desk;

/** Everything anew: what `beforeEach` is for. */
export function fresh(): void {
  clock = new FakeClock();
  server = new FakeServer();
  keeper = new FakeKeeper();
  sockets = [];
  desk = make();
}

/** The page is loaded again: what the browser has kept is there, and nothing else. */
export function reload(): void {
  desk = make();
}

function make(): Desk {
  const tokens = { accessToken: async () => "token", renew: async () => "token", end: () => undefined };
  return new Desk({
    me: "ada",
    site: "bank",
    status: "away",
    rest: new Rest("https://example/v1", tokens, server.fetch),
    clock,
    openSocket: (address) => {
      const socket = new FakeSocket(address);
      socket.server = server.hear;
      sockets.push(socket);
      return socket;
    },
    keeper,
  });
}

/** Responses are read in real turns of the event loop, not only in promises. */
export async function quiet(milliseconds = 0): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await clock.pass(milliseconds);
  for (let turn = 0; turn < 12; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

export const socket = (): FakeSocket => sockets.at(-1) ?? expect.fail("no socket was opened");
export const texts = (name = "c1") => desk.state().threads[name]?.messages.map((each) => each.text);

export async function started(): Promise<void> {
  desk.start();
  await quiet();
  socket().accept();
  await quiet();
}
