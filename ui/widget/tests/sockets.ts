/** A socket whose other end is the test. */
import type { Socket } from "../src/connection";

export interface Said extends Record<string, unknown> {
  action: string;
  id: string;
}

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly said: Said[] = [];
  closed = false;
  /** Called with each frame that the widget sends. */
  server: (frame: Said) => void = () => undefined;

  send(data: string): void {
    const frame = JSON.parse(data) as Said;
    this.said.push(frame);
    this.server(frame);
  }

  close(): void {
    this.closed = true;
  }

  hear(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** The line breaks without a word. */
  break(): void {
    this.closed = true;
    this.onclose?.();
  }

  actions(): string[] {
    return this.said.map((frame) => frame.action);
  }
}
