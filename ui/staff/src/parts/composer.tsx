/** Where the agent writes. Enter sends, Shift with Enter begins a line; what is begun is kept per conversation. */

import { ActionIcon, Textarea } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import { visitorName } from "../desk/select";
import type { View } from "../protocol";
import styles from "./composer.module.css";
import { draftOf, keepDraft } from "./drafts";
import { SendIcon } from "./icons";
import { AttachButton, Tray } from "./tray";
import { useDesk } from "./use-desk";
import { useFiles } from "./use-files";

const LONGEST = 4_000;
const WARN_FROM = 3_600;

export function Composer({ view }: { view: View }) {
  const desk = useDesk();
  const [text, setText] = useState(() => draftOf(view.id));
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useFiles(view.id);
  const isSaid = text.trim() !== "" || files.ready.length > 0;
  const ready = isSaid && !files.isBusy && length(text) <= LONGEST;

  useEffect(() => {
    // On a touch screen the keyboard would cover what there is to read.
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, []);

  const change = (value: string) => {
    setText(value);
    keepDraft(view.id, value);
    if (value.trim() !== "") desk.type(view.id);
  };
  const send = () => {
    if (!ready) return;
    desk.write(view.id, text.trim(), files.ready);
    files.clear();
    change("");
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes("Files")) event.preventDefault();
      }}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        files.add(event.dataTransfer.files);
      }}
    >
      <Tray files={files} />
      <AttachButton files={files} />
      <Textarea
        ref={field}
        className={styles.field}
        aria-label={`Your answer to ${visitorName(view)}`}
        placeholder="Write an answer"
        autosize
        minRows={1}
        maxRows={8}
        size="md"
        radius="lg"
        enterKeyHint="send"
        dir="auto"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={press}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          files.add(event.clipboardData.files);
        }}
        error={length(text) > LONGEST}
        data-testid="composer"
      />
      <ActionIcon
        type="submit"
        size={42}
        radius="xl"
        disabled={!ready}
        aria-label="Send"
        data-testid="send"
      >
        <SendIcon size={20} />
      </ActionIcon>
      {length(text) >= WARN_FROM ? (
        <p className={styles.count} data-over={length(text) > LONGEST} role="status">
          {length(text)} of {LONGEST} characters
        </p>
      ) : null}
    </form>
  );
}

/** As the server counts: characters, not UTF-16 units. */
function length(text: string): number {
  return text.length < WARN_FROM ? text.length : [...text.trim()].length;
}
