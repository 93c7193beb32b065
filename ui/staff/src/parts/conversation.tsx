/** One conversation: who it is, what was said, and the place to answer. */

import { ActionIcon, Alert, Button, Loader, Modal, Text, Tooltip } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useState } from "react";

import { isMine, unsent, visitorName } from "../desk/select";
import type { View } from "../protocol";
import { deskAddress } from "../route";
import { Composer } from "./composer";
import styles from "./conversation.module.css";
import { Details } from "./details";
import { BackIcon, InfoIcon } from "./icons";
import { languageName } from "./language";
import { Timeline } from "./timeline";
import { useDesk, useDeskState } from "./use-desk";
import { VisitorAvatar } from "./visitor-avatar";

export function ConversationPane({ conversation }: { conversation: string }) {
  const state = useDeskState();
  const wide = useMediaQuery("(min-width: 1200px)", undefined, { getInitialValueInEffect: false });
  const [asked, { toggle }] = useDisclosure(false);
  const view = state.views[conversation];
  if (view === undefined) return <Absent why={state.unreadable} />;
  const details = wide === true || asked;
  return (
    <div className={styles.columns} data-details={details}>
      <section className={styles.pane} aria-label={`Conversation with ${visitorName(view)}`}>
        <Top view={view} details={details} onDetails={wide === true ? null : toggle} />
        <Timeline view={view} />
        <Bottom view={view} />
      </section>
      {details ? <Details view={view} onClose={wide === true ? null : toggle} /> : null}
    </div>
  );
}

interface TopProps {
  readonly view: View;
  readonly details: boolean;
  readonly onDetails: (() => void) | null;
}

function Top({ view, details, onDetails }: TopProps) {
  const state = useDeskState();
  const facts = [view.page.title || view.page.url, languageName(view.language)].filter(Boolean);
  return (
    <header className={styles.top}>
      <ActionIcon
        className={styles.back}
        component="a"
        href={deskAddress}
        variant="subtle"
        color="gray"
        size={40}
        aria-label="Back to the list"
      >
        <BackIcon size={22} />
      </ActionIcon>
      <VisitorAvatar view={view} size={36} />
      <div className={styles.who}>
        <h1 className={styles.name}>{visitorName(view)}</h1>
        <Text className={styles.facts} truncate data-testid="facts">
          {facts.join(" · ")}
        </Text>
      </div>
      {onDetails === null ? null : (
        <Tooltip label="About this visitor">
          <ActionIcon
            variant={details ? "light" : "subtle"}
            color="gray"
            size={40}
            aria-label="About this visitor"
            aria-expanded={details}
            onClick={onDetails}
          >
            <InfoIcon size={20} />
          </ActionIcon>
        </Tooltip>
      )}
      {isMine(state, view) ? <CloseAction view={view} /> : null}
    </header>
  );
}

/** Closes at once; asks only where words would be lost. */
function CloseAction({ view }: { view: View }) {
  const desk = useDesk();
  const left = unsent(useDeskState(), view.id).length;
  const [asking, { open, close }] = useDisclosure(false);
  const [busy, setBusy] = useState(false);
  const end = async () => {
    close();
    setBusy(true);
    await desk.close(view.id);
    setBusy(false);
  };
  return (
    <>
      <Button
        variant="default"
        loading={busy}
        onClick={() => (left > 0 ? open() : void end())}
        data-testid="close"
      >
        Close
      </Button>
      <Modal opened={asking} onClose={close} title="Close with unsent messages?" centered>
        <Text size="sm">
          {left === 1 ? "One message has" : `${left} messages have`} not reached the server yet, and
          cannot be sent once the conversation is closed.
        </Text>
        <div className={styles.choices}>
          <Button variant="default" onClick={close} data-autofocus>
            Keep it open
          </Button>
          <Button color="red" onClick={() => void end()}>
            Close anyway
          </Button>
        </div>
      </Modal>
    </>
  );
}

function Bottom({ view }: { view: View }) {
  const desk = useDesk();
  const state = useDeskState();
  const [busy, setBusy] = useState(false);
  if (isMine(state, view)) return <Composer view={view} />;
  if (view.state !== "waiting") {
    return <p className={styles.ended}>{endWords(view)}</p>;
  }
  const take = async () => {
    setBusy(true);
    await desk.take(view.id);
    setBusy(false);
  };
  return (
    <div className={styles.ended}>
      <span>This visitor waits in the queue.</span>
      <Button loading={busy} onClick={() => void take()} data-testid="take-open">
        Take this conversation
      </Button>
    </div>
  );
}

function endWords(view: View): string {
  switch (view.state) {
    case "closed":
      return "This conversation is closed.";
    case "missed":
      return "Nobody could take this conversation.";
    case "snoozed":
      return "This conversation is snoozed.";
    case "assigned":
    case "waiting":
      return "Another agent has this conversation.";
  }
}

function Absent({ why }: { why: string | null }) {
  if (why === null) {
    return (
      <div className={styles.absent}>
        <Loader role="status" aria-label="Reading the conversation" />
      </div>
    );
  }
  return (
    <div className={styles.absent}>
      <Alert color="gray" title="This conversation cannot be shown" role="alert">
        {why}
      </Alert>
      <Button component="a" href={deskAddress} variant="default">
        Back to the list
      </Button>
    </div>
  );
}
