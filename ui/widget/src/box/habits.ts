/**
 * How does this visitor write numbers, sizes, days and hours?
 *
 * Browsers take long over each of these formats, so each is made when something is first written
 * with it: a box that has just opened needs none.
 */
import { primary } from "../facts";

type Units = Readonly<Partial<Record<"minute" | "kilobyte" | "megabyte", Intl.NumberFormat>>>;

const KILOBYTE = ["kilobyte", 1_024] as const;
const MEGABYTE = ["megabyte", 1_024 ** 2] as const;

export class Habits {
  readonly #locale: string;
  #number: Intl.NumberFormat | undefined;
  #time: Intl.DateTimeFormat | undefined;
  #day: Intl.DateTimeFormat | undefined;
  #units: Units = {};

  /** `wanted`: the languages that the visitor has set, in the browser's own words. */
  constructor(language: string, wanted: readonly string[]) {
    this.#locale = localeOf(language, wanted);
  }

  number(value: number): string {
    return (this.#number ??= new Intl.NumberFormat(this.#locale)).format(value);
  }

  minutes(count: number): string {
    return this.#measured(count, "minute", "long");
  }

  /** Bytes as people read them. */
  size(bytes: number): string {
    const isLarge = bytes >= MEGABYTE[1];
    const [unit, divisor] = isLarge ? MEGABYTE : KILOBYTE;
    return this.#measured(Math.max(0.1, bytes / divisor), unit, "short");
  }

  time(moment: Date): string {
    return (this.#time ??= new Intl.DateTimeFormat(this.#locale, { timeStyle: "short" })).format(moment);
  }

  day(moment: Date): string {
    const parts = { weekday: "long", day: "numeric", month: "long" } as const;
    return (this.#day ??= new Intl.DateTimeFormat(this.#locale, parts)).format(moment);
  }

  #measured(count: number, unit: keyof Units, unitDisplay: "long" | "short"): string {
    const how = { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 } as const;
    const format = this.#units[unit] ?? new Intl.NumberFormat(this.#locale, how);
    this.#units = { ...this.#units, [unit]: format };
    return format.format(count);
  }
}

/** The visitor's own locale, where they speak this language, in words that can be understood. */
function localeOf(language: string, wanted: readonly string[]): string {
  const near = wanted.filter((other) => primary(other) === primary(language));
  return near.find(isLocale) ?? language;
}

/** Some browsers take over what the system calls a language: `en-US@posix`. */
function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0;
  } catch {
    return false;
  }
}
