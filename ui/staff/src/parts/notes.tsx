/** What does the team say among itself? Never shown to the visitor, and never to be mistaken for an answer. */

import { Alert, Button, Skeleton, Textarea } from "@mantine/core";
import { useState } from "react";

import { Refusal } from "../connection/rest";
import { nameOf } from "../desk/names";
import type { View } from "../protocol";
import { LockIcon } from "./icons";
import styles from "./notes.module.css";
import { clockTime, fullTime } from "./time";
import { useDesk, useDeskState } from "./use-desk";
import { useRead } from "./use-read";

const LONGEST = 4_000;

export function Notes({ view }: { view: View }) {
  const desk = useDesk();
  const state = useDeskState();
  const { value, problem, again } = useRead(() => desk.records.notes(view.id), view.id);
  return (
    <div className={styles.notes}>
      <p className={styles.internal}>
        <LockIcon size={15} /> Only your team sees notes.
      </p>
      {problem === null ? null : (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
      {value === null && problem === null ? <Skeleton height={60} radius="md" /> : null}
      {value === null || value.length === 0 ? null : (
        <ol className={styles.list}>
          {value.map((note) => (
            <li key={note.id} className={styles.note} data-testid="note">
              <span className={styles.by}>
                {note.author === state.me ? "You" : nameOf(state, note.author)} ·{" "}
                <time dateTime={note.at} title={fullTime(note.at)}>
                  {clockTime(note.at)}
                </time>
              </span>
              <span dir="auto">{note.text}</span>
            </li>
          ))}
        </ol>
      )}
      <NewNote conversation={view.id} onAdded={again} />
    </div>
  );
}

function NewNote({ conversation, onAdded }: { conversation: string; onAdded: () => void }) {
  const desk = useDesk();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const add = async () => {
    setBusy(true);
    try {
      await desk.records.note(conversation, text.trim());
      setText("");
      setProblem(null);
      onAdded();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Textarea
        aria-label="A note for your team"
        placeholder="A note for your team"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={LONGEST}
        dir="auto"
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="note-text"
      />
      <Button
        type="submit"
        variant="default"
        size="xs"
        loading={busy}
        disabled={text.trim() === ""}
        data-testid="note-add"
      >
        Add the note
      </Button>
    </form>
  );
}
