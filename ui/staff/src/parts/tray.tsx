/** What does the agent see of the files that are to go with the next message? */

import { ActionIcon, Button, Loader } from "@mantine/core";
import { useRef } from "react";

import { MOST_FILES } from "../desk/files";
import styles from "./attachments.module.css";
import { ClipIcon, CloseIcon } from "./icons";
import type { Choice } from "./use-files";

export function AttachButton({ files }: { files: Choice }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="attach-input"
        onChange={(event) => {
          files.add(event.currentTarget.files ?? []);
          event.currentTarget.value = "";
        }}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={42}
        radius="xl"
        aria-label="Attach files"
        disabled={files.all.length >= MOST_FILES}
        onClick={() => input.current?.click()}
        data-testid="attach"
      >
        <ClipIcon size={20} />
      </ActionIcon>
    </>
  );
}

export function Tray({ files }: { files: Choice }) {
  if (files.all.length === 0) return null;
  return (
    <ul className={styles.tray} aria-label="Files to send">
      {files.all.map((chosen) => (
        <li key={chosen.key} data-testid="upload" data-there={chosen.attachment !== null}>
          {chosen.attachment === null && chosen.problem === null ? (
            <Loader size="xs" aria-label="Uploading" />
          ) : null}
          <span dir="auto">{chosen.file.name}</span>
          {chosen.problem === null ? null : (
            <>
              <span role="alert">{chosen.problem}</span>
              <Button size="compact-xs" variant="light" onClick={() => files.retry(chosen)}>
                Try again
              </Button>
            </>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove ${chosen.file.name}`}
            onClick={() => files.remove(chosen.key)}
          >
            <CloseIcon size={16} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
