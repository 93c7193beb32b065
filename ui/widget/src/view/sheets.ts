/** How do styles get in without an inline style that a strict page would refuse? */

/** Put style text to use in this shadow tree only. */
export function adopt(root: ShadowRoot, text: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  root.adoptedStyleSheets.push(sheet);
}

/** A sheet with the author's colours; what is not a colour is left out by the browser itself. */
export function colourSheet(
  selector: string,
  colours: Readonly<Record<string, string | undefined>>,
): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${selector}{}`);
  const { style } = sheet.cssRules[0] as CSSStyleRule;
  for (const [name, colour] of Object.entries(colours)) {
    if (colour && CSS.supports("color", colour)) style.setProperty(`--${name}`, colour);
  }
  return sheet;
}
