import { expect, test } from "vitest";
import { Memory } from "../src/memory";
import { FakeStorage } from "./chance";

function memories(consent: "light" | "full") {
  const storage = new FakeStorage();
  const memory = new Memory("bank", storage);
  memory.allow(consent);
  return { storage, memory };
}

test("under LIGHT consent the storage stays empty, and the page still remembers", () => {
  const { storage, memory } = memories("light");
  memory.put("pass", "p1");
  expect(storage).toHaveLength(0);
  expect(memory.get("pass")).toBe("p1");
});

test("under FULL consent the next page remembers", () => {
  const { storage, memory } = memories("full");
  memory.put("pass", "p1");
  const next = new Memory("bank", storage);
  next.allow("full");
  expect(next.get("pass")).toBe("p1");
});

test("to consent later stores what this page knew", () => {
  const { storage, memory } = memories("light");
  memory.put("pass", "p1");
  memory.allow("full");
  expect(storage.getItem("vestibule.bank.pass")).toBe('"p1"');
});

test("to withdraw consent erases what was stored, of this site only", () => {
  const { storage, memory } = memories("full");
  storage.setItem("vestibule.shop.pass", '"other"');
  storage.setItem("theme", "dark");
  memory.put("pass", "p1");
  memory.put("outbox.1", { text: "hello" });
  memory.allow("light");
  expect(Object.keys(storage).sort()).toEqual(["theme", "vestibule.shop.pass"]);
  expect(memory.get("pass")).toBe("p1");
});

test("to forget leaves nothing, neither stored nor in the page", () => {
  const { storage, memory } = memories("full");
  memory.put("pass", "p1");
  memory.forget();
  expect(storage).toHaveLength(0);
  expect(memory.get("pass")).toBeUndefined();
});

test("a storage that is full or forbidden does not stop the page", () => {
  const storage = new FakeStorage();
  storage.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const memory = new Memory("bank", storage);
  memory.allow("full");
  memory.put("pass", "p1");
  expect(memory.get("pass")).toBe("p1");
});

test("what another program wrote under our name is left aside", () => {
  const storage = new FakeStorage();
  storage.setItem("vestibule.bank.pass", "{not json");
  const memory = new Memory("bank", storage);
  memory.allow("full");
  expect(memory.get("pass")).toBeUndefined();
});

test("what another tab writes is known here, under FULL consent only", () => {
  const full = memories("full").memory;
  expect(full.heard("vestibule.bank.conversation", '{"id":"c1"}')).toBe("conversation");
  expect(full.get("conversation")).toEqual({ id: "c1" });
  expect(full.heard("vestibule.shop.conversation", "{}")).toBeUndefined();
  const light = memories("light").memory;
  expect(light.heard("vestibule.bank.conversation", '{"id":"c1"}')).toBeUndefined();
});

test("only a visitor who was asked counts as having agreed", () => {
  const storage = new FakeStorage();
  new Memory("bank", storage).allow("full", false);
  expect(storage.length).toBeGreaterThan(0);
  expect(new Memory("bank", storage).wasGiven()).toBe(false);
  new Memory("bank", storage).allow("full");
  expect(new Memory("bank", storage).wasGiven()).toBe(true);
});

test("another tab hears what the visitor says of being remembered", () => {
  const memory = new Memory("bank", new FakeStorage());
  expect(memory.consentHeard("vestibule.bank.consent", '"given"')).toBe("full");
  expect(memory.consentHeard("vestibule.bank.consent", '"assumed"')).toBeUndefined();
  expect(memory.consentHeard("vestibule.bank.consent", null)).toBe("light");
  expect(memory.consentHeard("vestibule.bank.draft", null)).toBeUndefined();
  expect(memory.consentHeard("vestibule.shop.consent", null)).toBeUndefined();
});

test("what was forgotten stays so, whatever is said afterwards", () => {
  const { storage, memory } = memories("full");
  memory.forget();
  memory.put("draft", "too late");
  expect(storage).toHaveLength(0);
});

test.each(["getItem", "removeItem"] as const)("a storage whose %s is forbidden does not stop the page", (name) => {
  const storage = new FakeStorage();
  storage.setItem("vestibule.bank.pass", '"p0"');
  storage[name] = () => {
    throw new DOMException("no", "SecurityError");
  };
  const memory = new Memory("bank", storage);
  expect(memory.wasGiven()).toBe(false);
  memory.allow("full");
  memory.put("pass", "p1");
  expect(memory.get("pass")).toBe("p1");
  memory.allow("light");
  memory.forget();
  expect(memory.get("pass")).toBeUndefined();
});
