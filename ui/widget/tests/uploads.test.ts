import { expect, test } from "vitest";
import { Uploads, type Post } from "../src/box/uploads";
import type { Incoming, Outgoing } from "../src/protocol";
import type { Session } from "../src/session";
import { initialState, type State } from "../src/state";

const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "",
  consent_required: false,
  notifications: {},
  attachments: { types: ["image/png"], max_bytes: 10 },
};
const TALKING = { conversation: { id: "c1", state: "assigned", token: "t1" } } as const;
const FORM = { url: "https://files.example", fields: { key: "k" }, expires_at: "" };

const png = (name = "a.png", size = 3, type = "image/png"): File =>
  new File([new Uint8Array(size)], name, { type });

/** A page whose server and whose store answer when the test says so. */
function opened(patch: Partial<State> = {}) {
  const asked: Outgoing[] = [];
  const posted: { on: Parameters<Post>[2]; form: Parameters<Post>[0]; stopped: boolean }[] = [];
  const here = {
    online: true,
    state: { ...initialState(CONFIGURATION, "en"), online: true, ...TALKING, ...patch } as State,
    hear: (_frame: object, _request: Outgoing): boolean => false,
    overhear(listener: (frame: Incoming, request: Outgoing | undefined) => boolean) {
      this.hear = listener as typeof this.hear;
    },
    ask: (frame: Outgoing) => here.online && asked.push(frame) > 0,
  };
  const post: Post = (form, _file, on) => {
    const sent = { on, form, stopped: false };
    posted.push(sent);
    return () => (sent.stopped = true);
  };
  const uploads = new Uploads(here as unknown as Session, post, () => uploads.follow(here.state));
  uploads.follow(here.state);
  const allow = (at: number, attachment: string): boolean =>
    here.hear({ type: "upload", conversation: "c1", attachment, ...FORM }, asked[at]!);
  const become = (change: Partial<State>): void => {
    here.state = { ...here.state, ...change };
    uploads.follow(here.state);
  };
  return { here, uploads, asked, posted, allow, become };
}
const phases = ({ all }: Uploads): string[] => all.map(({ phase }) => phase);

test("a file is announced, posted with the form that comes back, and goes with a message", () => {
  const { uploads, asked, posted, allow } = opened();
  uploads.add([png()]);
  expect(asked).toEqual([{ action: "attach", token: "t1", name: "a.png", type: "image/png", size: 3 }]);
  expect(uploads.isBusy).toBe(true);
  expect(allow(0, "f1")).toBe(true);
  expect(posted[0]!.form.fields).toEqual({ key: "k" });
  posted[0]!.on.progress(0.5);
  expect(uploads.all[0]).toMatchObject({ phase: "sending", progress: 0.5 });
  posted[0]!.on.done();
  expect([uploads.isBusy, uploads.areThere]).toEqual([false, true]);
  expect(uploads.take()).toEqual([{ id: "f1", name: "a.png", type: "image/png", size: 3 }]);
  expect(uploads.all).toEqual([]);
});

test.each([
  [png("a.svg", 3, "image/svg+xml"), "file_type"],
  [png("a", 3, ""), "file_type"],
  [png("a.png", 11), "file_large"],
  [png("a.png", 0), "file_large"],
])("what the site does not take is not announced: %#", (file, problem) => {
  const { uploads, asked } = opened();
  uploads.add([file]);
  expect(asked).toEqual([]);
  expect(uploads.all[0]).toMatchObject({ phase: "failed", problem });
  expect(uploads.take()).toEqual([]);
});

test("what was refused, or did not arrive, may be tried again", () => {
  const { here, uploads, asked, posted, allow } = opened();
  uploads.add([png()]);
  const { key } = uploads.all[0]!;
  here.hear({ type: "error", code: "rate_limited", message: "later" }, asked[0]!);
  expect(uploads.all[0]).toMatchObject({ phase: "failed", problem: "file_failed" });
  uploads.retry(key);
  expect(uploads.all[0]).toMatchObject({ phase: "waiting", problem: undefined });
  allow(1, "f1");
  posted[0]!.on.failed();
  expect(phases(uploads)).toEqual(["failed"]);
  uploads.retry(key);
  allow(2, "f2");
  posted[1]!.on.done();
  expect(uploads.take()[0]!.id).toBe("f2");
});

test("a broken line answers nobody: what was asked on it has failed, what is posted goes on", () => {
  const { here, uploads, posted, allow, become } = opened();
  uploads.add([png("a.png"), png("b.png")]);
  allow(0, "f1");
  become({ online: false });
  expect(phases(uploads)).toEqual(["sending", "failed"]);
  posted[0]!.on.done();
  expect(phases(uploads)).toEqual(["there", "failed"]);
  here.online = false;
  uploads.add([png("c.png")]);
  expect(phases(uploads)).toEqual(["there", "failed", "failed"]);
});

test("what is taken away is stopped, and an answer that comes later changes nothing", () => {
  const { uploads, posted, allow } = opened();
  uploads.add([png(), png("b.png")]);
  allow(0, "f1");
  for (const { key } of uploads.all) uploads.remove(key);
  expect(posted[0]!.stopped).toBe(true);
  expect(allow(1, "f2")).toBe(true);
  expect([posted.length, uploads.all.length]).toEqual([1, 0]);
});

test("files leave with the conversation that they were meant for", () => {
  const { uploads, posted, allow, become } = opened();
  uploads.add([png()]);
  allow(0, "f1");
  become({ conversation: { id: "c1", state: "closed", token: "t1" } });
  expect([uploads.all.length, posted[0]!.stopped]).toEqual([0, true]);
});

test("no more files than one message carries", () => {
  const { uploads } = opened();
  uploads.add([1, 2, 3, 4].map((n) => png(`${n}.png`)));
  uploads.add([5, 6, 7].map((n) => png(`${n}.png`)));
  expect(uploads.all.map(({ file }) => file.name)).toEqual(["1.png", "2.png", "3.png", "4.png", "5.png"]);
});
