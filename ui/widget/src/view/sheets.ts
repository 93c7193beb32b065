/** How do styles get in without an inline style that a strict page would refuse? */
import type { Colours } from "../configuration";
import { legible } from "./contrast";

type Properties = Readonly<Record<string, string | null | undefined>>;

/** Put style text to use in this shadow tree only. */
export function adopt(root: ShadowRoot, text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** A sheet with what an author chose; what the property cannot be is left out by the browser. */
export function sheetOf(selector: string, properties: Properties): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${selector}{}`);
  const { style } = sheet.cssRules[0] as CSSStyleRule;
  for (const [name, value] of Object.entries(properties)) {
    const kind = name.startsWith("--") ? "color" : name;
    if (value && CSS.supports(kind, value)) style.setProperty(name, value);
  }
  return sheet;
}

/** The chatbox's colours. A text that could not be read on its ground is black or white. */
export function chatboxColours({ primary, text }: Colours = {}): Properties {
  return primary ? { "--primary": primary, "--on-primary": legible(primary, text) } : {};
}

/** A notification's colours: on a card with a ground of its own the button is the other way round. */
export function cardColours({ background, text, button, button_text }: Colours = {}): Properties {
  const ink = background && legible(background, text);
  const call = button ?? ink;
  return {
    "--card": background,
    "--on-card": ink,
    "--call": call,
    "--on-call": call && legible(call, button ? button_text : background),
  };
}
