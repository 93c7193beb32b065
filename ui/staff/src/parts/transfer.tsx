/** Transfer a conversation: to whom, and with which words for them? */

import { Alert, Button, Modal, Skeleton, Text, Textarea, TextInput } from "@mantine/core";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";

import { visitorName } from "../desk/select";
import { choicesOf, warningOf, type Choice } from "../desk/targets";
import type { View } from "../protocol";
import { Slots } from "./slots";
import styles from "./transfer.module.css";
import { useDesk, useDeskState } from "./use-desk";
import { useRead } from "./use-read";

interface FormProps {
  readonly view: View;
  readonly onClose: () => void;
}

/** The focus stays inside while it is open, and goes back to where it was. */
export function TransferDialog({ opened, view, onClose }: FormProps & { opened: boolean }) {
  const title = `Transfer ${visitorName(view)}`;
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered size="md">
      <TransferForm view={view} onClose={onClose} />
    </Modal>
  );
}

function TransferForm({ view, onClose }: FormProps) {
  const desk = useDesk();
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const words = useRef<HTMLTextAreaElement>(null);
  const choose = (choice: Choice, done: boolean) => {
    setChosen(choice);
    if (done) words.current?.focus();
  };
  const pass = async () => {
    if (chosen === null) return;
    setBusy(true);
    await desk.actions.transfer(view.id, chosen.target, comment);
    onClose();
  };
  const warning = chosen === null ? "" : warningOf(chosen);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void pass();
      }}
    >
      <Choices chosen={chosen} onChoose={choose} />
      <Textarea
        ref={words}
        label="A note for whoever takes it"
        description="Only your team sees it."
        autosize
        minRows={2}
        maxRows={5}
        maxLength={4_000}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        data-testid="transfer-comment"
      />
      <p className={styles.warning} role="status">
        {warning}
      </p>
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={chosen === null} data-testid="transfer-go">
          {chosen === null ? "Transfer" : `Transfer to ${chosen.target.name}`}
        </Button>
      </div>
    </form>
  );
}

interface ChoicesProps {
  readonly chosen: Choice | null;
  readonly onChoose: (choice: Choice, done: boolean) => void;
}

/** A search field whose arrow keys walk through the list below it. */
function Choices({ chosen, onChoose }: ChoicesProps) {
  const desk = useDesk();
  const { me } = useDeskState();
  const { value, problem, again } = useRead(() => desk.records.targets(), "targets");
  const [search, setSearch] = useState("");
  const list = useId();
  const choices = value === null ? [] : choicesOf(value, me, search);
  const place = choices.findIndex((each) => same(each, chosen));
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const next = choices[(place + step + choices.length) % Math.max(1, choices.length)];
    if (step !== 0 && next !== undefined) {
      event.preventDefault();
      onChoose(place < 0 && step < 0 ? (choices.at(-1) ?? next) : next, false);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const meant = choices[Math.max(0, place)];
      if (meant !== undefined) onChoose(meant, true);
    }
  };
  return (
    <div>
      <TextInput
        label="Who should take it?"
        placeholder="Search a name"
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={place < 0 ? undefined : `${list}-${place}`}
        autoComplete="off"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={press}
        data-testid="transfer-search"
      />
      {problem === null ? null : (
        <Alert color="red" role="alert" mt="xs">
          {problem}{" "}
          <Button size="compact-xs" variant="light" onClick={again}>
            Try again
          </Button>
        </Alert>
      )}
      <ul className={styles.list} role="listbox" id={list} aria-label="People and rules">
        {choices.map((choice, index) => (
          <Option
            key={`${choice.target.kind} ${choice.target.id}`}
            id={`${list}-${index}`}
            choice={choice}
            chosen={index === place}
            onChoose={() => onChoose(choice, true)}
          />
        ))}
      </ul>
      {value === null && problem === null ? <Skeleton height={120} radius="md" /> : null}
      {value !== null && choices.length === 0 ? (
        <Text size="sm" c="var(--quiet)">
          {search === "" ? "There is nobody else on this site." : "Nobody is called so."}
        </Text>
      ) : null}
    </div>
  );
}

interface OptionProps {
  readonly id: string;
  readonly choice: Choice;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Option({ id, choice, chosen, onChoose }: OptionProps) {
  const { colleague, hint, target } = choice;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <li
      ref={row}
      id={id}
      role="option"
      aria-selected={chosen}
      className={styles.option}
      onClick={onChoose}
      data-testid="transfer-option"
    >
      <span className={styles.dot} data-status={colleague?.status ?? "rule"} aria-hidden="true" />
      <span className={styles.name}>{target.name}</span>
      <span className={styles.hint}>{hint}</span>
      {colleague === null || colleague.status === "offline" ? null : (
        <Slots taken={colleague.slots - colleague.freeSlots} slots={colleague.slots} />
      )}
    </li>
  );
}

function same(a: Choice, b: Choice | null): boolean {
  return a.target.id === b?.target.id && a.target.kind === b.target.kind;
}
