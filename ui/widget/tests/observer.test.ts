// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Memory } from "../src/memory";
import { Observer } from "../src/observer";
import { Visit } from "../src/visit";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each(["2026-03-01T09:00:00Z", "2026-03-01T12:00:00Z"])(
  "seconds are counted whatever the clock is set to: %s",
  (moment) => {
    vi.setSystemTime("2026-03-01T10:00:00Z");
    let told = 0;
    const observer = new Observer(new Visit(new Memory("bank", undefined)), () => (told += 1));
    vi.advanceTimersByTime(10_000);
    vi.setSystemTime(moment);
    observer.await([{ fact: "page.seconds", op: "gte", value: 30 }]);
    vi.advanceTimersByTime(19_999);
    expect(told).toBe(0);
    vi.advanceTimersByTime(1);
    expect(told).toBe(1);
    expect(observer.facts).toMatchObject({ "page.seconds": 30, "page.idle_seconds": 30 });
    observer.turn();
    expect(observer.facts).toMatchObject({ "page.seconds": 0, "page.idle_seconds": 0 });
    observer.stop();
  },
);
