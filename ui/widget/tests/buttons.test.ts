// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Buttons } from "../src/buttons";
import type { Desk } from "../src/desk";
import { apply } from "../src/notices";
import type { Engagement, Incoming, Outgoing } from "../src/protocol";
import { buttonsAfter } from "../src/siblings";
import { hasMissed, initialState, isEngaged, offered, type State } from "../src/state";

const TEMPLATE = { format: "custom_button", texts: {} };
const CONFIGURATION = {
  site: "bank",
  name: "Bank",
  languages: ["en"],
  socket: "",
  consent_required: false,
  notifications: { advisor: TEMPLATE, hello: { format: "classic", texts: {} } },
};
const NOW = new Date("2026-01-01T12:00:00Z");
const OFFER: Engagement = { id: "e1", kind: "notification", notification: "advisor" };

/** A page of the site, whose desk answers nothing by itself. */
class Page implements Desk {
  state: State = initialState(CONFIGURATION, "en");
  ready = true;
  pass = "p9";
  said: Outgoing[] = [];
  drawn: Buttons | undefined;

  ask(frame: Outgoing): boolean {
    this.said.push(frame);
    return true;
  }
  tell = (): boolean => true;
  share = (): void => undefined;
  restart = (): void => undefined;
  change(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    this.drawn?.draw(this.state);
  }
  hear(frame: Incoming): void {
    this.change(apply(this.state, frame, NOW));
  }
  offer(state: "online" | "busy" | "offline", id = "e1"): void {
    this.hear({ type: "page", pass: "p1", engagement: { ...OFFER, id, button: { state } } });
  }
  push(state: "online" | "busy" | "offline", number: number, engagement = "e1"): void {
    this.hear({ type: "button", engagement, notification: "advisor", state, number });
  }
}

let page: Page;

function begin(html: string): Page {
  document.body.innerHTML = html;
  page = new Page();
  page.drawn = new Buttons(page);
  page.change({});
  return page;
}
const BUTTON = '<button data-vestibule-button="advisor">Ask</button>';
const element = (): HTMLElement => document.querySelector("[data-vestibule-button=advisor]")!;
const state = (): string | null => element().getAttribute("data-vestibule-state");

beforeEach(() => document.body.replaceChildren());
afterEach(() => page.drawn?.remove());

test("a button is offline until the server says otherwise, and then follows it", () => {
  begin(BUTTON);
  expect([state(), element().getAttribute("aria-disabled")]).toEqual(["offline", "true"]);
  page.offer("online");
  expect([state(), element().getAttribute("aria-disabled")]).toEqual(["online", "false"]);
  page.push("busy", 1);
  expect(state()).toBe("busy");
  expect(element().textContent).toBe("Ask");
});

test("a push that comes late, or for another engagement, changes nothing", () => {
  begin(BUTTON);
  page.offer("online");
  page.push("offline", 2);
  page.push("busy", 1);
  expect(state()).toBe("offline");
  page.push("online", 3, "e0");
  expect(state()).toBe("offline");
});

test("a button that another page of this line shows too is told of by that page's pushes", () => {
  begin(BUTTON);
  page.offer("online");
  const engagement = { ...OFFER, id: "e2", button: { state: "busy" as const } };
  page.change({ buttons: buttonsAfter(page.state, { type: "page", pass: "p2", engagement }) });
  expect(state()).toBe("busy");
  page.push("online", 5, "e1");
  expect(state()).toBe("busy");
  page.push("offline", 1, "e2");
  expect(state()).toBe("offline");
});

test("an event tells the page each change, once, wherever it listens", () => {
  begin(BUTTON);
  const heard = vi.fn();
  document.addEventListener("vestibule:button", (event) => heard((event as CustomEvent).detail));
  page.offer("online");
  page.change({ online: true });
  expect(heard.mock.calls).toEqual([[{ notification: "advisor", state: "online" }]]);
});

test("every element of a button is written on, whenever it comes or is marked", async () => {
  begin(BUTTON + '<a id="late">Talk</a>');
  page.offer("busy");
  document.body.insertAdjacentHTML("beforeend", '<p><b data-vestibule-button="advisor"></b></p>');
  document.querySelector("#late")!.setAttribute("data-vestibule-button", "advisor");
  await vi.waitFor(() => {
    const found = [...document.querySelectorAll("[data-vestibule-button]")];
    expect(found.map((each) => each.getAttribute("data-vestibule-state"))).toEqual(
      Array.from({ length: 3 }, () => "busy"),
    );
  });
});

test("an element of something that is no button is left alone", () => {
  begin('<i data-vestibule-button="hello"></i><i data-vestibule-button="nothing"></i>');
  page.offer("online");
  expect(document.querySelector("[data-vestibule-state]")).toBeNull();
});

test("a click on a button that is online accepts with its own pass and opens the box", () => {
  begin(BUTTON.replace("Ask", "<span>Ask</span>"));
  page.offer("online");
  document.querySelector("span")!.click();
  expect(page.said).toEqual([{ action: "accept", pass: "p1", engagement: "e1" }]);
  expect(page.state.open).toBe("by_visitor");
  expect(isEngaged(page.state)).toBe(true);
  page.change({ open: false });
  element().click();
  expect(page.said).toHaveLength(1);
  expect(page.state.open).toBe("by_visitor");
});

test("a click on any other is the page's", () => {
  begin('<a href="#contact" data-vestibule-button="advisor">Ask</a>');
  page.offer("busy");
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });
  element().dispatchEvent(click);
  expect(click.defaultPrevented).toBe(false);
  expect(page.said).toEqual([]);
  page.push("online", 1);
  const another = new MouseEvent("click", { bubbles: true, cancelable: true });
  element().dispatchEvent(another);
  expect(another.defaultPrevented).toBe(true);
});

test("a click that came too late closes the box again and shows what is so", () => {
  begin(BUTTON);
  page.offer("online");
  element().click();
  const answer = { ...OFFER, button: { state: "busy" as const }, state: "offered" as const };
  page.hear({ type: "engagement", engagement: answer });
  expect([page.state.open, isEngaged(page.state), state()]).toEqual([false, false, "busy"]);
  page.push("online", 1);
  expect(state()).toBe("online");
});

test("an acceptance leaves the box open", () => {
  begin(BUTTON);
  page.offer("online");
  element().click();
  const answer = { ...OFFER, button: { state: "online" as const }, state: "accepted" as const };
  page.hear({ type: "engagement", engagement: answer });
  expect([page.state.open, isEngaged(page.state)]).toEqual(["by_visitor", true]);
});

test("a button takes no place from an invitation, nor the other way round", () => {
  begin(BUTTON);
  page.offer("online");
  expect(offered(page.state)).toBeUndefined();
  const invitation = { id: "e2", kind: "notification" as const, notification: "hello" };
  page.hear({ type: "page", pass: "p2", engagement: invitation });
  expect(offered(page.state)?.id).toBe("e2");
  expect(state()).toBe("online");
});

test("whoever talks can go on, whatever the others are told", () => {
  begin(BUTTON);
  page.offer("online");
  page.change({ conversation: { id: "c1", state: "assigned" } });
  page.push("busy", 1);
  expect(state()).toBe("online");
  element().click();
  expect([page.state.open, page.said]).toEqual(["by_visitor", []]);
  page.change({ conversation: { id: "c1", state: "closed" } });
  expect(state()).toBe("busy");
});

test("a page that shows a button asks again after a break", () => {
  begin(BUTTON);
  expect(hasMissed(page.state)).toBe(false);
  page.offer("online");
  expect(hasMissed(page.state)).toBe(true);
});

test("afterwards the elements are as they were", () => {
  begin(BUTTON);
  page.offer("online");
  page.drawn!.remove();
  expect(element().outerHTML).toBe(BUTTON);
  element().click();
  expect(page.said).toEqual([]);
});
