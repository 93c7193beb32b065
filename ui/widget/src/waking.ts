/** Has this machine slept? Timers stand still while it does; the clock does not. */

const LOOK_EVERY = 30_000;
/** Browsers let the timers of hidden pages be late by a minute. */
const SLEPT = 120_000;

/** Call back after every sleep of the machine, until the signal. */
export function onWaking(wake: () => void, signal: AbortSignal): void {
  let looked = Date.now();
  const timer = setInterval(() => {
    const late = Date.now() - looked - LOOK_EVERY;
    looked = Date.now();
    if (late > SLEPT) wake();
  }, LOOK_EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
}
