/**
 * Which files does the visitor want to send along, and how far is each?
 *
 * A file is announced on the line, then posted straight to where files lie; a message may name it
 * once it is there. Files belong to their conversation and leave with it.
 */
import type { Attachment, Incoming, Outgoing } from "../protocol";
import type { Session } from "../session";
import { isTalking, type State } from "../state";

export const MOST_FILES = 5;

export type Problem = "file_large" | "file_type" | "file_failed";

export interface Upload {
  readonly key: number;
  readonly file: File;
  readonly phase: "waiting" | "sending" | "there" | "failed";
  /** From 0 to 1. */
  readonly progress: number;
  readonly id?: string;
  readonly problem?: Problem | undefined;
}

export interface Form {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Post one file; returns how to stop. Exactly one of `done` and `failed` is called, or neither. */
export type Post = (
  form: Form,
  file: File,
  on: { progress: (part: number) => void; done: () => void; failed: () => void },
) => () => void;

export class Uploads {
  readonly #session: Session;
  readonly #post: Post;
  readonly #onChange: () => void;
  readonly #asked = new Map<Outgoing, number>();
  readonly #stops = new Map<number, () => void>();
  #all: readonly Upload[] = [];
  #count = 0;
  #conversation: string | undefined;

  constructor(session: Session, post: Post, onChange: () => void) {
    this.#session = session;
    this.#post = post;
    this.#onChange = onChange;
    session.overhear((frame, request) => this.#heard(frame, request));
  }

  get all(): readonly Upload[] {
    return this.#all;
  }

  /** Some are still on their way. */
  get isBusy(): boolean {
    return this.#all.some(({ phase }) => phase === "waiting" || phase === "sending");
  }

  get areThere(): boolean {
    return this.#all.some(({ phase }) => phase === "there");
  }

  add(files: Iterable<File>): void {
    const room = MOST_FILES - this.#all.length;
    for (const file of [...files].slice(0, room)) {
      const key = (this.#count += 1);
      this.#all = [...this.#all, { key, file, ...WAITING }];
      this.#begin(key);
    }
  }

  retry(key: number): void {
    this.#begin(key);
  }

  remove(key: number): void {
    this.#stops.get(key)?.();
    this.#stops.delete(key);
    this.#all = this.#all.filter((upload) => upload.key !== key);
    this.#onChange();
  }

  /** The files that a message takes with it; what has failed stays. */
  take(): readonly Attachment[] {
    const taken = this.#all.filter(({ phase }) => phase === "there");
    this.#all = this.#all.filter(({ phase }) => phase !== "there");
    this.#onChange();
    return taken.map(({ id = "", file: { name, type, size } }) => ({ id, name, type, size }));
  }

  follow(state: State): void {
    const { id } = state.conversation ?? {};
    if (id !== this.#conversation || !isTalking(state)) {
      this.#conversation = id;
      for (const { key } of this.#all) this.remove(key);
    }
    if (state.online) return;
    // Nobody will answer what was asked on a line that is broken.
    const keys = [...this.#asked.values()];
    this.#asked.clear();
    for (const key of keys) this.#change(key, FAILED);
  }

  #begin(key: number): void {
    const file = this.#find(key)?.file;
    if (!file) return;
    const problem = this.#problemOf(file);
    if (problem) return this.#change(key, { phase: "failed", problem });
    const token = this.#session.state.conversation?.token ?? "";
    const { name, type, size } = file;
    const question: Outgoing = { action: "attach", token, name: name.slice(-120), type, size };
    this.#asked.set(question, key);
    if (this.#session.ask(question)) return this.#change(key, WAITING);
    this.#asked.delete(question);
    this.#change(key, FAILED);
  }

  #problemOf({ type, size }: File): Problem | undefined {
    const { types = [], max_bytes = 0 } = this.#session.state.configuration.attachments ?? {};
    if (!types.includes(type)) return "file_type";
    return size > max_bytes || size === 0 ? "file_large" : undefined;
  }

  /** Whether this answers our question. */
  #heard(frame: Incoming, request: Outgoing | undefined): boolean {
    const key = request && this.#asked.get(request);
    if (!request || key === undefined) return request?.action === "attach";
    this.#asked.delete(request);
    const upload = this.#find(key);
    if (!upload) return true;
    if (frame.type !== "upload") this.#change(key, FAILED);
    else this.#send(upload, frame.attachment, frame);
    return true;
  }

  #send({ key, file }: Upload, id: string, form: Form): void {
    this.#change(key, { phase: "sending" });
    const stop = this.#post(form, file, {
      progress: (progress) => this.#change(key, { progress }),
      done: () => this.#change(key, { phase: "there", progress: 1, id }),
      failed: () => this.#change(key, FAILED),
    });
    this.#stops.set(key, stop);
  }

  #change(key: number, change: Partial<Upload>): void {
    this.#all = this.#all.map((upload) => (upload.key === key ? { ...upload, ...change } : upload));
    this.#onChange();
  }

  #find(key: number): Upload | undefined {
    return this.#all.find((upload) => upload.key === key);
  }
}

const WAITING = { phase: "waiting", progress: 0, problem: undefined } as const;
const FAILED = { phase: "failed", problem: "file_failed" } as const;

/** As a browser posts a form; unlike `fetch`, this tells how much of it has left. */
export const postForm: Post = ({ url, fields }, file, on) => {
  const request = new XMLHttpRequest();
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  request.upload.onprogress = ({ loaded, total }) => on.progress(total > 0 ? loaded / total : 0);
  request.onload = () => (request.status < 300 ? on.done() : on.failed());
  request.onerror = on.failed;
  request.open("POST", url);
  request.send(form);
  return () => request.abort();
};
