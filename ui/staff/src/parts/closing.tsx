/** A conversation ends: is anything lost, and what should be remembered of it? */

import { Button, Chip, Group, Modal, TagsInput, Text, TextInput } from "@mantine/core";
import { useState } from "react";

import { visitorName } from "../desk/select";
import type { View } from "../protocol";
import styles from "./transfer.module.css";
import { useDesk } from "./use-desk";

/** Written into the field, where they can be changed: figures count what was written. */
const USUAL = ["Answered", "Nothing more to do", "Visitor left", "Not for us", "Spam"];
export const MOST_TAGS = 20;

interface CloseProps {
  readonly view: View;
  readonly unsent: number;
  readonly onClose: () => void;
}

export function CloseDialog({ opened, ...props }: CloseProps & { opened: boolean }) {
  const title = `Close ${visitorName(props.view)}`;
  return (
    <Modal opened={opened} onClose={props.onClose} title={title} centered>
      <CloseForm {...props} />
    </Modal>
  );
}

function CloseForm({ view, unsent, onClose }: CloseProps) {
  const desk = useDesk();
  const [reason, setReason] = useState("");
  const [tags, setTags] = useState([...view.tags]);
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setBusy(true);
    await desk.actions.close(view.id, { reason, tags });
    onClose();
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void end();
      }}
    >
      <div>
        <TextInput
          label="Reason"
          description="For your team and the reports; the visitor does not see it."
          data-autofocus
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-testid="close-reason"
        />
        <Chip.Group value={reason} onChange={(value) => setReason(value as string)}>
          <Group gap={6} mt={8}>
            {USUAL.map((word) => (
              <Chip key={word} value={word} size="xs" variant="outline">
                {word}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </div>
      <TagsInput label="Tags" maxTags={MOST_TAGS} value={tags} onChange={setTags} />
      {unsent > 0 ? <UnsentWords unsent={unsent} /> : null}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} data-testid="close-go">
          Close the conversation
        </Button>
      </div>
    </form>
  );
}

interface QuestionProps {
  readonly opened: boolean;
  readonly unsent: number;
  readonly onStay: () => void;
  readonly onClose: () => void;
}

/** Asked only where words would be lost. */
export function UnsentQuestion({ opened, unsent, onStay, onClose }: QuestionProps) {
  return (
    <Modal opened={opened} onClose={onStay} title="Close with unsent messages?" centered>
      <UnsentWords unsent={unsent} />
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onStay} data-autofocus>
          Keep it open
        </Button>
        <Button color="red" onClick={onClose}>
          Close anyway
        </Button>
      </Group>
    </Modal>
  );
}

function UnsentWords({ unsent }: { unsent: number }) {
  return (
    <Text size="sm">
      {unsent === 1 ? "One message has" : `${unsent} messages have`} not reached the server yet, and
      cannot be sent once the conversation is closed.
    </Text>
  );
}
