/** What else is known of this conversation? The visitor, the team's notes, what comes, and why it is here. */

import { CloseButton, Tabs } from "@mantine/core";

import type { View } from "../protocol";
import styles from "./details.module.css";
import { Notes } from "./notes";
import { Timers } from "./timers";
import { VisitorFacts } from "./visitor-facts";
import { Why } from "./why";

interface Props {
  readonly view: View;
  /** Null where the details always stand beside the conversation. */
  readonly onClose: (() => void) | null;
}

export function Details({ view, onClose }: Props) {
  return (
    <aside className={styles.details} aria-label="Details" data-over={onClose !== null}>
      <Tabs defaultValue="visitor" keepMounted={false} classNames={{ list: styles.tabs ?? "" }}>
        <div className={styles.top}>
          <Tabs.List aria-label="Details">
            <Tabs.Tab value="visitor">Visitor</Tabs.Tab>
            <Tabs.Tab value="notes" data-testid="notes-tab">
              Notes
            </Tabs.Tab>
            <Tabs.Tab value="next" data-testid="next-tab">
              Next
            </Tabs.Tab>
            <Tabs.Tab value="why" data-testid="why-tab">
              Why?
            </Tabs.Tab>
          </Tabs.List>
          {onClose === null ? null : <CloseButton aria-label="Hide" onClick={onClose} autoFocus />}
        </div>
        <Tabs.Panel value="visitor">
          <VisitorFacts view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="notes">
          <Notes view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="next">
          <Timers view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="why">
          <Why view={view} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}
