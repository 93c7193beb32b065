/** What does the box itself say, in each language? The site's own texts come from its author. */
import { inLanguage } from "../configuration";
import { ar } from "./texts/ar";
import { de } from "./texts/de";
import { en, type Texts } from "./texts/en";
import { es } from "./texts/es";
import { fr } from "./texts/fr";

export type { Texts } from "./texts/en";

// English first: it is what a language without texts of its own is given.
const TEXTS: Readonly<Record<string, Texts>> = { en, fr, de, es, ar };

export function boxTextsIn(language: string): Texts {
  return inLanguage(TEXTS, language)!;
}

/** A name in a sentence: it has its own direction, whatever that of the sentence is. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}
