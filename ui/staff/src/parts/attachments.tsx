/** Which files came with a message? A picture is shown; everything else is saved. */

import { Button } from "@mantine/core";
import { useState } from "react";

import type { Attachment, Message } from "../protocol";
import styles from "./attachments.module.css";
import { useDesk } from "./use-desk";
import { useRead } from "./use-read";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export function Attachments({ message }: { message: Message }) {
  if (message.attachments.length === 0) return null;
  return (
    <ul className={styles.list} aria-label="Files">
      {message.attachments.map((each) => (
        <li key={each.id}>
          <File message={message} attachment={each} />
        </li>
      ))}
    </ul>
  );
}

export function Named({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.list} aria-label="Files">
      {attachments.map((each) => (
        <li key={each.id} dir="auto">
          {each.name}
        </li>
      ))}
    </ul>
  );
}

function File({ message, attachment }: { message: Message; attachment: Attachment }) {
  const desk = useDesk();
  const { id, name, size, type } = attachment;
  const [problem, setProblem] = useState(false);
  const open = async () => {
    try {
      follow(await desk.files.link(message.conversation, message.number, id));
      setProblem(false);
    } catch {
      setProblem(true);
    }
  };
  return (
    <>
      {PICTURES.includes(type) ? <Picture message={message} attachment={attachment} /> : null}
      <Button
        variant="default"
        size="compact-md"
        onClick={() => void open()}
        data-testid="file"
      >
        {name} · {readable(size)}
      </Button>
      {problem ? <span role="alert"> It could not be opened.</span> : null}
    </>
  );
}

function Picture({ message, attachment }: { message: Message; attachment: Attachment }) {
  const desk = useDesk();
  const { conversation, number } = message;
  const { value } = useRead(
    () => desk.files.link(conversation, number, attachment.id),
    attachment.id,
  );
  return value ? (
    <img className={styles.picture} src={value} alt={attachment.name} referrerPolicy="no-referrer" />
  ) : null;
}

/** What a browser shows opens in another tab; what it does not, it saves. */
function follow(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.click();
}

function readable(bytes: number): string {
  const [unit, divisor] =
    bytes < 1_048_576 ? (["kilobyte", 1_024] as const) : (["megabyte", 1_048_576] as const);
  const format = { style: "unit", unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat("en", format).format(Math.max(0.1, bytes / divisor));
}
