/** What time is it, and how does anything here wait? One seam, so that tests own the time. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Call `task` once, later; the answer cancels it. */
  after(milliseconds: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (milliseconds, task) => {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Full-jitter wait before try number `tries` (1, 2, …): between 1 s and a ceiling that doubles up to 30 s. */
export function backoff(tries: number, random: number): number {
  const ceiling = Math.min(30_000, 1_000 * 2 ** Math.min(tries, 5));
  return Math.round(1_000 + random * (ceiling - 1_000));
}

/** The system's clock, with timers that a background tab does not slow down. */
export function steadyClock(worker: Worker): Clock {
  const tasks = new Map<number, () => void>();
  let last = 0;
  worker.onmessage = (event: MessageEvent<number>) => {
    const task = tasks.get(event.data);
    tasks.delete(event.data);
    task?.();
  };
  return {
    ...systemClock,
    after: (milliseconds, task) => {
      const id = ++last;
      tasks.set(id, task);
      worker.postMessage({ id, milliseconds });
      return () => tasks.delete(id);
    },
  };
}
