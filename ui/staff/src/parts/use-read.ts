/** How does a part of the page read something from the server, and again? */

import { useCallback, useEffect, useState } from "react";

import { Refusal } from "../connection/rest";

export interface Reading<Value> {
  /** Null until it was read. */
  readonly value: Value | null;
  readonly problem: string | null;
  readonly again: () => void;
}

/** Reads when the part appears and whenever `key` changes; an answer that came too late is dropped. */
export function useRead<Value>(read: () => Promise<Value>, key: string): Reading<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    read().then(
      (found) => {
        if (!current) return;
        setValue(found);
        setProblem(null);
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        if (current) setProblem(error.message);
      },
    );
    return () => {
      current = false;
    };
    // What to read is named by the key: the function is a new one at every drawing.
  }, [key, turn]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { value, problem, again };
}
