/** How do the parts of the page reach the desk? */

import { createContext, useContext, useSyncExternalStore } from "react";

import type { Desk } from "../desk/desk";
import type { State } from "../desk/state";

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("this part of the page needs a desk around it");
  return desk;
}

export function useDeskState(): State {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, desk.state);
}
