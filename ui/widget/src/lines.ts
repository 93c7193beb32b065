/** Which line does this page speak on: its own, or the one of all tabs of its site? */
import { Connection, type Socket } from "./connection";
import type { Line, LineEvents } from "./line";
import type { Consent } from "./protocol";
import { SharedLine, type Channel, type Tabs } from "./shared-line";

/** Tabs whose widgets speak to each other in other words do not meet. */
const WORDS = 1;

/**
 * A line for this page, not yet open.
 *
 * Without consent the pages of a browser are strangers to each other, so each has a line of its
 * own; so it is too where the browser has no locks (pages on plain http).
 */
export function newLine(
  site: string,
  url: string,
  consent: Consent,
  newId: () => string,
  events: LineEvents,
): Line {
  const dial = (address: string): Socket => new WebSocket(address) as Socket;
  const ports = { ...events, url, dial, chance: Math.random };
  const { locks } = navigator as Partial<Navigator>;
  if (consent !== "full" || !locks || !hasChannels()) return new Connection(ports);
  const tabs: Tabs = {
    name: `vestibule.${WORDS}.${site}`,
    locks,
    open: (name) => new BroadcastChannel(name) as Channel,
    newId,
  };
  return new SharedLine(ports, tabs);
}

/** A frame that has no origin of its own may open none. */
function hasChannels(): boolean {
  try {
    new BroadcastChannel("vestibule").close();
    return true;
  } catch {
    return false;
  }
}
