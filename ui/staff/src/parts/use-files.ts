/** Which files has the agent chosen for the next message, and how far is each? */

import { useRef, useState } from "react";

import { Refusal } from "../connection/rest";
import { MOST_FILES } from "../desk/files";
import type { Attachment } from "../protocol";
import { useDesk } from "./use-desk";

export interface Chosen {
  readonly key: number;
  readonly file: File;
  /** Null until it is there. */
  readonly attachment: Attachment | null;
  readonly problem: string | null;
}

export interface Choice {
  readonly all: readonly Chosen[];
  readonly isBusy: boolean;
  readonly ready: readonly Attachment[];
  readonly add: (files: Iterable<File>) => void;
  readonly retry: (chosen: Chosen) => void;
  readonly remove: (key: number) => void;
  /** Forget what was sent. */
  readonly clear: () => void;
}

export function useFiles(conversation: string): Choice {
  const desk = useDesk();
  const [all, setAll] = useState<readonly Chosen[]>([]);
  const count = useRef(0);

  const change = (key: number, step: Partial<Chosen>) =>
    setAll((former) => former.map((each) => (each.key === key ? { ...each, ...step } : each)));
  const upload = async ({ key, file }: Chosen) => {
    try {
      change(key, { attachment: await desk.files.upload(conversation, file) });
    } catch (error) {
      const why = error instanceof Refusal ? error.message : "It could not be sent.";
      change(key, { problem: why });
    }
  };
  return {
    all,
    isBusy: all.some(({ attachment, problem }) => attachment === null && problem === null),
    ready: all.flatMap(({ attachment }) => attachment ?? []),
    add: (files) => {
      const fresh = [...files].slice(0, MOST_FILES - all.length).map((file) => {
        count.current += 1;
        return { key: count.current, file, attachment: null, problem: null };
      });
      setAll([...all, ...fresh]);
      for (const chosen of fresh) void upload(chosen);
    },
    retry: (chosen) => {
      change(chosen.key, { problem: null });
      void upload(chosen);
    },
    remove: (key) => setAll((former) => former.filter((each) => each.key !== key)),
    clear: () => setAll((former) => former.filter(({ attachment }) => attachment === null)),
  };
}
