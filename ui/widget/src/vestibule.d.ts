/**
 * The widget as a page's script sees it: one function, usable before the widget has loaded.
 *
 * Copy this file beside your sources, or refer to it, to have calls checked:
 * `/// <reference path="vestibule.d.ts" />`.
 */

export type Consent = "light" | "full";
export type Fact = string | number | boolean | readonly string[] | null;

export interface Cart {
  readonly amount?: number;
  readonly items?: number;
  /** Three letters (ISO 4217). */
  readonly currency?: string;
}

export interface UpdateOptions {
  readonly cart?: Cart;
  /** Custom data, under the names that the site has declared. */
  readonly data?: Readonly<Record<string, Fact>>;
}

export interface Transaction {
  /** The site's own, at most 64 characters: told again, it counts once. */
  readonly id: string;
  readonly amount: number;
  /** Three capital letters (ISO 4217). */
  readonly currency: string;
}

export interface BootOptions extends UpdateOptions {
  readonly site: string;
  /** The address of the REST interface, up to `/v1`. */
  readonly api: string;
  /** BCP 47; by default the browser's. */
  readonly language?: string;
  /** By default what the visitor chose before, or what the site assumes. */
  readonly consent?: Consent;
}

/** What happened, and what is told of it. */
export interface Events {
  /** An invitation has appeared. */
  readonly displayed: { readonly engagement: string };
  /** The box has opened. */
  readonly opened: Readonly<Record<string, never>>;
  readonly conversation_started: { readonly conversation: string };
  /** Of either side; each number once in a page. */
  readonly message: {
    readonly number: number;
    readonly author: "visitor" | "agent" | "flow" | "system";
    readonly text: string;
    /** RFC 3339, UTC. */
    readonly sent_at: string;
  };
  readonly closed: { readonly conversation: string };
  /** The visitor has answered a question at the end; everything answered so far. */
  readonly rated: {
    readonly conversation: string;
    /** 1 to 5. */
    readonly csat?: number | undefined;
    /** 0 to 10. */
    readonly nps?: number | undefined;
    readonly comment?: string | undefined;
  };
}

export type EventName = keyof Events;
export type Listener<Name extends EventName = EventName> = (detail: Events[Name]) => void;

export interface Commands {
  /** Begin on this page; the script's `data-site` and `data-api` do so too. */
  boot(options: BootOptions): void;
  /** The cart or the custom data have changed; what is not named stays. */
  update(options: UpdateOptions): void;
  /** Open the box of a visitor who was invited or has talked. */
  open(): void;
  close(): void;
  /** A custom event has happened: it counts for the rules of this visit. */
  track(event: string): void;
  /** Who the visitor is: what the site's server signed for its customer (JWT, HS256). */
  identify(token: string): void;
  /** The visitor has bought something. */
  transaction(sale: Transaction): void;
  /** What the visitor says of being remembered; holds in all tabs. */
  consent(mode: Consent): void;
  /** The page has become another without loading; the widget mostly notices by itself. */
  navigate(): void;
  on<Name extends EventName>(event: Name, listener: Listener<Name>): void;
  /** Without a listener: all of this event. */
  off<Name extends EventName>(event: Name, listener?: Listener<Name>): void;
  /** Leave the page, and forget the visitor in this browser. */
  shutdown(): void;
}

export interface Vestibule {
  <Name extends EventName>(command: "on", event: Name, listener: Listener<Name>): void;
  <Name extends EventName>(command: "off", event: Name, listener?: Listener<Name>): void;
  <Name extends Exclude<keyof Commands, "on" | "off">>(
    command: Name,
    ...rest: Parameters<Commands[Name]>
  ): void;
}

declare global {
  interface Window {
    vestibule?: Vestibule;
  }
  interface DocumentEventMap {
    "vestibule:displayed": CustomEvent<Events["displayed"]>;
    "vestibule:opened": CustomEvent<Events["opened"]>;
    "vestibule:conversation_started": CustomEvent<Events["conversation_started"]>;
    "vestibule:message": CustomEvent<Events["message"]>;
    "vestibule:closed": CustomEvent<Events["closed"]>;
    "vestibule:rated": CustomEvent<Events["rated"]>;
  }
}
