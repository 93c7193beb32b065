/** What happened that the agent did not do: short sentences that go by themselves, and are read aloud. */

import { CloseButton } from "@mantine/core";

import styles from "./notices.module.css";
import { useDesk, useDeskState } from "./use-desk";

export function Notices() {
  const desk = useDesk();
  const { notices } = useDeskState();
  return (
    <div className={styles.place} role="status" aria-live="polite" data-testid="notices">
      {notices.map((notice) => (
        <div key={notice.key} className={styles.notice} data-tone={notice.tone}>
          <span>{notice.text}</span>
          <CloseButton
            size="sm"
            aria-label="Dismiss"
            onClick={() => desk.dismissNotice(notice.key)}
          />
        </div>
      ))}
    </div>
  );
}
