/** Snooze a conversation: for how long, and for whom does it come back? */

import { Button, Menu, Modal, Switch, TextInput } from "@mantine/core";
import { useState } from "react";

import { USUAL, endOf, fieldOf } from "../desk/snoozes";
import { visitorName } from "../desk/select";
import type { View } from "../protocol";
import { ClockIcon } from "./icons";
import { momentWords } from "./time";
import styles from "./transfer.module.css";
import { useDesk } from "./use-desk";

const TOMORROW = 24 * 3_600_000;

interface ItemsProps {
  readonly view: View;
  readonly onUntil: () => void;
}

/** The entries of a menu: the usual ends keep it for the agent who chose them. */
export function SnoozeItems({ view, onUntil }: ItemsProps) {
  const desk = useDesk();
  const now = Date.now();
  return (
    <>
      <Menu.Label>It comes back to you after</Menu.Label>
      {USUAL.map(({ words, seconds }) => (
        <Menu.Item
          key={words}
          leftSection={<ClockIcon />}
          rightSection={<span className={styles.hint}>{momentWords(now + seconds * 1_000, now)}</span>}
          onClick={() => void desk.actions.snooze(view.id, { seconds }, true)}
          data-testid={`snooze-${seconds}`}
        >
          <span className={styles.choice}>{words}</span>
        </Menu.Item>
      ))}
      <Menu.Item leftSection={<ClockIcon />} onClick={onUntil} data-testid="snooze-until">
        Until…
      </Menu.Item>
    </>
  );
}

interface FormProps {
  readonly view: View;
  readonly onClose: () => void;
}

export function SnoozeDialog({ opened, view, onClose }: FormProps & { opened: boolean }) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Snooze ${visitorName(view)}`} centered>
      <SnoozeForm view={view} onClose={onClose} />
    </Modal>
  );
}

function SnoozeForm({ view, onClose }: FormProps) {
  const desk = useDesk();
  const [field, setField] = useState(() => fieldOf(Date.now() + TOMORROW));
  const [keep, setKeep] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const snooze = async () => {
    const found = endOf(field, Date.now());
    if ("problem" in found) return setProblem(found.problem);
    setBusy(true);
    await desk.actions.snooze(view.id, found.end, keep);
    onClose();
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void snooze();
      }}
    >
      <TextInput
        type="datetime-local"
        label="Until"
        description="It comes back sooner if the visitor writes."
        data-autofocus
        value={field}
        error={problem}
        onChange={(event) => {
          setField(event.currentTarget.value);
          setProblem(null);
        }}
        data-testid="snooze-field"
      />
      <Switch
        label="Keep it mine"
        description="Otherwise anybody of the group may take it when it comes back."
        checked={keep}
        onChange={(event) => setKeep(event.currentTarget.checked)}
        data-testid="snooze-keep"
      />
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} data-testid="snooze-go">
          Snooze
        </Button>
      </div>
    </form>
  );
}
