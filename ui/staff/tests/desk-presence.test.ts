/** Does the server know whether the agent is there? */

import { beforeEach, describe, expect, test } from "vitest";

import { desk, fresh, quiet, socket, sockets, started } from "./bench";

beforeEach(fresh);

describe("presence", () => {
  const told = () => socket().of("presence").map((frame) => frame["status"]);
  const confirm = (status: string) => socket().answer("presence", { type: "presence", status });

  test("is told at once, then renewed every 25 s without a word on the status", async () => {
    await started();
    confirm("away");
    desk.setStatus("available");
    confirm("available");
    await quiet(25_000);
    expect(told()).toEqual(["away", "available", undefined]);
    expect(desk.state().status).toBe("available");
  });

  test("takes over what another tab has chosen", async () => {
    await started();
    confirm("away");
    await quiet(25_000);
    confirm("busy");
    await quiet();
    expect(desk.state().status).toBe("available");
  });

  test("an answer that is older than the person's choice does not undo it", async () => {
    await started();
    desk.setStatus("available");
    const first = socket().of("presence")[0];
    socket().push({ type: "presence", id: first?.["id"], status: "away" });
    await quiet();
    expect(desk.state().status).toBe("available");
  });

  test("a choice made without a connection is told at the next", async () => {
    await started();
    confirm("away");
    await quiet();
    socket().break();
    desk.setStatus("offline");
    await quiet(2_000);
    socket().accept();
    expect(told()).toEqual(["offline"]);
  });

  test("without an answer means a dead connection, which is replaced", async () => {
    await started();
    await quiet(10_000);
    expect(sockets[0]?.closed).toBe(true);
    await quiet(2_000);
    expect(sockets).toHaveLength(2);
  });

  test("says offline before leaving", async () => {
    await started();
    desk.leave();
    expect(socket().of("presence").at(-1)).toMatchObject({ status: "offline" });
    expect(socket().closed).toBe(true);
  });
});
