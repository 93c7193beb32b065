/** Timers in a worker: a browser slows those of a page in the background, where agents often leave this one. */

export interface Wait {
  readonly id: number;
  readonly milliseconds: number;
}

self.onmessage = (event: MessageEvent<Wait>) => {
  const { id, milliseconds } = event.data;
  setTimeout(() => self.postMessage(id), milliseconds);
};
