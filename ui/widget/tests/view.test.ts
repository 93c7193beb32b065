// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Habits } from "../src/box/habits";
import { Messages } from "../src/box/messages";
import { boxTextsIn } from "../src/box/texts";
import type { Incoming, Message, Outgoing } from "../src/protocol";
import type { Session } from "../src/session";
import { initialState, type State } from "../src/state";
import { add, EMPTY } from "../src/transcript";
import { Keyed, element, picture } from "../src/view/dom";

const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "",
  consent_required: false,
  notifications: {},
};
const HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>{{7*7}}';

beforeEach(() => document.body.replaceChildren());

function drawn(...messages: Message[]) {
  const state: State = {
    ...initialState(CONFIGURATION, "en"),
    conversation: { id: "c1", state: "assigned", visitor_seen: 1, token: "t1" },
    transcript: messages.reduce(add, EMPTY),
  };
  const retry = vi.fn();
  const asked: Outgoing[] = [];
  const session = {
    state,
    retry,
    hear: (_frame: object, _request: Outgoing): boolean => false,
    overhear(listener: (frame: Incoming, request: Outgoing | undefined) => boolean) {
      this.hear = listener as typeof this.hear;
    },
    ask: (frame: Outgoing) => asked.push(frame) > 0,
  };
  const view = new Messages(
    session as unknown as Session,
    new Habits("en", []),
    boxTextsIn("en"),
    HOSTILE,
  );
  document.body.append(view.element);
  view.draw(state, true);
  return { view, state, retry, session, asked };
}
const said = (number: number, text: string, name = "Ada"): Message => ({
  number,
  author: { kind: "agent", name },
  text,
  sent_at: "2026-01-01T12:00:00Z",
});

test("whatever is said is put as text, never as markup", () => {
  const { view } = drawn(said(1, HOSTILE, HOSTILE));
  expect(view.element.querySelector("img, script")).toBeNull();
  const row = view.element.querySelector("[data-part=message]")!;
  expect(row.querySelector(".text")!.textContent).toBe(HOSTILE);
  expect(row.querySelector(".author")!.textContent).toBe(HOSTILE);
  expect(view.element.querySelector(".welcome")!.textContent).toBe(HOSTILE);
});

test("an address can be followed, and the page it leads to learns nothing of ours", () => {
  const { view } = drawn(said(1, "see https://shop.example/a."), said(2, "javascript:alert(1)"));
  const links = [...view.element.querySelectorAll<HTMLAnchorElement>("[data-part=message] a")];
  expect(links.map(({ href }) => href)).toEqual(["https://shop.example/a"]);
  expect(links[0]!.rel.split(" ")).toEqual(expect.arrayContaining(["noopener", "noreferrer"]));
  expect(links[0]!.target).toBe("_blank");
});

test("what comes while the box is watched is no news; what comes behind the back is", () => {
  const { view, state } = drawn(said(1, "one"));
  const after = (number: number): State => ({
    ...state,
    transcript: add(state.transcript, said(number, "more")),
  });
  const news = (): Element | null => view.element.querySelector("[data-part=news]");
  view.draw(after(2), true);
  expect(news()).toBeNull();
  view.draw(after(2), false);
  const later = { ...state, transcript: add(after(2).transcript, said(3, "behind")) };
  view.draw(later, false);
  view.draw(later, true);
  expect(news()?.nextElementSibling?.getAttribute("data-number")).toBe("3");
  view.draw({ ...later, letters: [{ client_id: "k", text: "ok", written_at: "2026-01-01T12:01:00Z" }] }, true);
  expect(news()).toBeNull();
});

test("a message that is already shown is not made again", () => {
  const { view, state } = drawn(said(1, "one"));
  const first = view.element.querySelector("[data-part=message]");
  view.draw({ ...state, transcript: add(state.transcript, said(2, "two")) }, true);
  const both = view.element.querySelectorAll("[data-part=message]");
  expect(both).toHaveLength(2);
  expect(both[0]).toBe(first);
});

test("a failed message offers another try", () => {
  const { view, state, retry } = drawn();
  const letter = { client_id: "k1", text: "no", written_at: "2026-01-01T12:00:00Z", refused: "x" };
  view.draw({ ...state, letters: [letter] }, true);
  const again = view.element.querySelector<HTMLButtonElement>("[data-part=retry]")!;
  expect(again.hidden).toBe(false);
  again.click();
  expect(retry).toHaveBeenCalledWith("k1");
});

test("only pictures from the web are loaded", () => {
  expect(picture("javascript:alert(1)", "avatar")).toBeUndefined();
  expect(picture("data:image/svg+xml,<svg/>", "avatar")).toBeUndefined();
  expect(picture(null, "avatar")).toBeUndefined();
  expect(picture("https://example.org/a.png", "avatar")?.getAttribute("src")).toContain("a.png");
});

test("a keyed list follows its items in order and keeps the elements it has", () => {
  const parent = element("div");
  const list = new Keyed<string>(
    parent,
    () => element("i"),
    (made, text) => (made.textContent = text),
  );
  const draw = (keys: string): void => list.draw([...keys].map((key) => [key, key]));
  draw("abc");
  const b = parent.children[1];
  draw("dbea");
  expect(parent.textContent).toBe("dbea");
  expect(parent.children[1]).toBe(b);
});

test("a message without words shows its files, and a file is opened by a link of its own", () => {
  const files = [
    { id: "f1", name: "<b>form</b>.pdf", type: "application/pdf", size: 2048 },
    { id: "f2", name: "plan.svg", type: "image/svg+xml", size: 5_000_000 },
  ];
  const { view, session, asked } = drawn({ ...said(1, ""), attachments: files });
  const row = view.element.querySelector("[data-part=message]")!;
  expect(row.querySelector(".text")!.hasAttribute("hidden")).toBe(true);
  const [form, plan] = row.querySelectorAll<HTMLButtonElement>("[data-part=file]");
  expect([form!.textContent, plan!.textContent]).toEqual([
    "\u2068<b>form</b>.pdf\u2069 · 2 kB",
    "\u2068plan.svg\u2069 · 4.8 MB",
  ]);
  form!.click();
  expect(asked).toEqual([{ action: "download", token: "t1", number: 1, attachment: "f1" }]);
  const followed: string[] = [];
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    followed.push(this.href);
  });
  const url = "https://files.example/f1";
  expect(session.hear({ type: "download", attachment: "f1", url }, asked[0]!)).toBe(true);
  click.mockRestore();
  expect(followed).toEqual([url]);
});

test("what nothing opens is only named", () => {
  const files = [{ id: "f1", name: "a.png", type: "image/png", size: 2048 }];
  const { view, state } = drawn();
  view.draw({ ...state, past: [{ ...said(1, "old"), attachments: files }] }, true);
  expect(view.element.querySelector<HTMLButtonElement>("[data-part=file]")!.disabled).toBe(true);
});
