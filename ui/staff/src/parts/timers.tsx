/** What will happen by itself, and when? */

import { Alert, Button, Skeleton } from "@mantine/core";
import { useState } from "react";

import { Refusal } from "../connection/rest";
import { canCancel, ruleWords, timerWords } from "../desk/timers";
import type { View } from "../protocol";
import type { Timer } from "../routing";
import styles from "./timers.module.css";
import { ahead, fullTime, momentWords, useNow } from "./time";
import { useDesk, useDeskState } from "./use-desk";
import { useRead } from "./use-read";

export function Timers({ view }: { view: View }) {
  const desk = useDesk();
  const { value, problem, again } = useRead(
    () => desk.records.timers(view.id),
    `${view.id} ${view.version} ${view.last_number}`,
  );
  if (problem !== null) {
    return (
      <Alert color="red" role="alert">
        {problem}
      </Alert>
    );
  }
  if (value === null) return <Skeleton height={80} radius="md" />;
  if (value.length === 0) {
    return <p className={styles.nothing}>Nothing happens by itself at the moment.</p>;
  }
  return (
    <ol className={styles.line}>
      {value.map((timer) => (
        <Step key={timer.id} timer={timer} conversation={view.id} onCancelled={again} />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly timer: Timer;
  readonly conversation: string;
  readonly onCancelled: () => void;
}

function Step({ timer, conversation, onCancelled }: StepProps) {
  const desk = useDesk();
  const state = useDeskState();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const cancel = async () => {
    setBusy(true);
    try {
      await desk.records.cancel(conversation, timer.id);
      onCancelled();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className={styles.step} data-testid="timer">
      <span className={styles.when} title={fullTime(timer.at)}>
        {ahead(timer.at, now)} <span className={styles.at}>{momentWords(Date.parse(timer.at), now)}</span>
      </span>
      <span>{timerWords(timer.what)}</span>
      <span className={styles.rule}>{ruleWords(state, timer)}</span>
      {problem === null ? null : <span role="alert">{problem}</span>}
      {canCancel(timer) ? (
        <Button
          className={styles.cancel}
          size="compact-xs"
          variant="default"
          loading={busy}
          onClick={() => void cancel()}
          aria-label={`Cancel: ${timerWords(timer.what)}`}
        >
          Cancel
        </Button>
      ) : null}
    </li>
  );
}
