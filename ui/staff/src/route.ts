/** Which screen does the address name? After the `#`, so that any static host serves the page. */

import { useSyncExternalStore } from "react";

export type Route =
  | { readonly screen: "desk"; readonly conversation: string | null }
  | { readonly screen: "readiness" };

export function routeOf(hash: string): Route {
  const [, screen, name] = /^#\/([a-z]+)(?:\/([A-Za-z0-9_-]{1,64}))?$/.exec(hash) ?? [];
  if (screen === "readiness") return { screen };
  return { screen: "desk", conversation: screen === "conversations" ? (name ?? null) : null };
}

export const deskAddress = "#/";
export const readinessAddress = "#/readiness";
export const conversationAddress = (name: string): string => `#/conversations/${name}`;

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return routeOf(hash);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
