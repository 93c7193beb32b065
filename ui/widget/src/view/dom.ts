/** How do we make and keep elements, when page content is only ever put as text? */

type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and children; a string becomes text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  set(made, attributes);
  for (const child of children) if (child) made.append(child);
  return made;
}

/** Set attributes; false and undefined take one away. */
export function set(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Replace the text only if it differs: a live region would read it out again. */
export function write(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function button(
  attributes: Attributes,
  onClick: () => void,
  ...children: Child[]
): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", onClick);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export const SPEECH =
  "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z";
export const CROSS = "M6 6l12 12M18 6L6 18";
export const SEND = ["M4 12l16-8-6 16-3-7z", "M11 13l9-9"];

/** A line drawing of 24 by 24. */
export function icon(...paths: string[]): SVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  set(drawing, { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  for (const path of paths) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    drawing.append(line);
  }
  return drawing;
}

/** A picture from the web, which is left out where it cannot be loaded. */
export function picture(address: string | null | undefined, kind: string): HTMLElement | undefined {
  if (!address || !/^https?:\/\//i.test(address)) return undefined;
  const image = element("img", { src: address, alt: "", class: kind, referrerpolicy: "no-referrer" });
  image.addEventListener("error", () => image.remove());
  return image;
}

/** Keep one element for each key, in order: what has not changed is not touched. */
export class Keyed<T> {
  readonly #parent: Element;
  readonly #make: (item: T) => Element;
  readonly #update: (made: Element, item: T) => void;
  readonly #made = new Map<string, Element>();

  constructor(
    parent: Element,
    make: (item: T) => Element,
    update: (made: Element, item: T) => void,
  ) {
    this.#parent = parent;
    this.#make = make;
    this.#update = update;
  }

  draw(items: readonly (readonly [key: string, item: T])[]): void {
    const wanted = new Set(items.map(([key]) => key));
    for (const [key, made] of this.#made) {
      if (wanted.has(key)) continue;
      made.remove();
      this.#made.delete(key);
    }
    let place = this.#parent.firstElementChild;
    for (const [key, item] of items) {
      const made = this.#made.get(key) ?? this.#make(item);
      this.#made.set(key, made);
      this.#update(made, item);
      if (made === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(made, place);
    }
  }
}
