import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onWaking } from "../src/waking";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a machine that slept is noticed once, and late timers alone are not", () => {
  const stop = new AbortController();
  const woken = vi.fn();
  onWaking(woken, stop.signal);
  vi.advanceTimersByTime(60_000);
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(30_000);
  expect(woken).not.toHaveBeenCalled();
  vi.setSystemTime(Date.now() + 3 * 60 * 60_000);
  vi.advanceTimersByTime(90_000);
  expect(woken).toHaveBeenCalledTimes(1);
  stop.abort();
  vi.setSystemTime(Date.now() + 3 * 60 * 60_000);
  vi.advanceTimersByTime(60_000);
  expect(woken).toHaveBeenCalledTimes(1);
});
