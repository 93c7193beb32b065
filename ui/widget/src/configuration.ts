/** What has the site published for its widget? */
import { backoff } from "./backoff";
import { primary } from "./facts";
import { pause } from "./pause";

/** Those of the chatbox: `primary` and `text`; of a notification: all the others. */
export interface Colours {
  readonly primary?: string;
  readonly background?: string;
  readonly text?: string;
  readonly button?: string;
  readonly button_text?: string;
}

export type Position = "bottom_right" | "bottom_left";

export interface NotificationTexts {
  readonly title?: string;
  readonly text: string;
  readonly call_to_action?: string;
}

export interface NotificationTemplate {
  readonly format: string;
  readonly texts: Readonly<Record<string, NotificationTexts>>;
  readonly image?: string | null;
  readonly colours?: Colours;
  readonly position?: Position | "top" | "bottom";
  readonly animation?: "none" | "fade" | "slide" | "grow";
}

export interface ChatboxTexts {
  readonly title: string;
  /** How soon the site answers, in its author's words. */
  readonly reply_time?: string;
  readonly welcome?: string;
  readonly waiting?: string;
  readonly nobody?: string;
  readonly placeholder?: string;
  readonly legal?: string;
  /** What the visitor agrees to before this browser keeps anything. */
  readonly consent?: string;
}

export interface ChatboxTemplate {
  readonly colours?: Colours;
  readonly scheme?: "auto" | "light" | "dark";
  readonly font?: string | null;
  readonly position?: Position;
  readonly mobile_position?: Position | null;
  readonly avatar?: string | null;
  /** Whether the visitor is asked for a judgement at the end. */
  readonly survey?: boolean;
  readonly texts?: Readonly<Record<string, ChatboxTexts>>;
}

export interface Configuration {
  readonly site: string;
  readonly name: string;
  readonly languages: readonly string[];
  readonly socket: string;
  readonly consent_required: boolean;
  readonly chatbox?: ChatboxTemplate | null;
  readonly notifications: Readonly<Record<string, NotificationTemplate>>;
  /** Which files the visitor may send along; none where it is missing. */
  readonly attachments?: { readonly types: readonly string[]; readonly max_bytes: number } | null;
}

const TRIES = 4;

/** Fetch the site's published configuration; undefined when there is none for this page. */
export async function fetchConfiguration(
  api: string,
  site: string,
): Promise<Configuration | undefined> {
  const address = `${api.replace(/\/+$/, "")}/public/sites/${encodeURIComponent(site)}/widget`;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await pause(backoff(attempt, Math.random()));
    const answer = await fetch(address, { credentials: "omit" }).catch(() => undefined);
    const found = answer?.ok && (await answer.json().catch(() => undefined));
    if (found) return found as Configuration;
    if (answer && !answer.ok && answer.status < 500 && answer.status !== 429) break;
    if (!answer && !navigator.onLine) {
      await new Promise((resolve) => addEventListener("online", resolve, { once: true }));
      attempt = 0;
    }
  }
  console.warn(`vestibule: no configuration for site "${site}"`);
  return undefined;
}

/** The texts in this language, else in any that was written. */
export function inLanguage<T>(
  texts: Readonly<Record<string, T>> | undefined,
  language: string,
): T | undefined {
  if (!texts) return undefined;
  const written = Object.keys(texts);
  const near = written.find((other) => primary(other) === primary(language));
  const chosen = language in texts ? language : (near ?? written[0]);
  return chosen === undefined ? undefined : texts[chosen];
}
