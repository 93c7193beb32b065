/** One conversation: who it is, what was said, and the place to answer. */

import { ActionIcon, Alert, Button, Loader, Text, Tooltip } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

import { nameOf } from "../desk/names";
import { isMine, visitorName } from "../desk/select";
import type { View } from "../protocol";
import { deskAddress } from "../route";
import { Composer } from "./composer";
import { ConversationActions } from "./conversation-actions";
import styles from "./conversation.module.css";
import { Details } from "./details";
import { BackIcon, InfoIcon } from "./icons";
import { languageName } from "./language";
import { fullTime } from "./time";
import { Timeline } from "./timeline";
import { useDesk, useDeskState } from "./use-desk";
import { VisitorAvatar } from "./visitor-avatar";

/** Milliseconds after which a dialog has tried to give the focus back. */
const DIALOG_IS_GONE = 300;

export function ConversationPane({ conversation }: { conversation: string }) {
  const state = useDeskState();
  const wide = useMediaQuery("(min-width: 1200px)", undefined, { getInitialValueInEffect: false });
  const [asked, { toggle }] = useDisclosure(false);
  const view = state.views[conversation];
  useFocusAfterwards(view !== undefined && isMine(state, view));
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

/** What had the focus went with the conversation: it goes to what stands there now, not to nowhere. */
function useFocusAfterwards(mine: boolean) {
  const was = useRef(mine);
  useEffect(() => {
    const left = was.current && !mine;
    was.current = mine;
    if (!left) return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) document.getElementById("main")?.focus();
    }, DIALOG_IS_GONE);
    return () => clearTimeout(timer);
  }, [mine]);
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
        <Tooltip label="Details">
          <ActionIcon
            variant={details ? "light" : "subtle"}
            color="gray"
            size={40}
            aria-label="Details"
            aria-expanded={details}
            onClick={onDetails}
          >
            <InfoIcon size={20} />
          </ActionIcon>
        </Tooltip>
      )}
      {isMine(state, view) ? <ConversationActions view={view} /> : null}
    </header>
  );
}

function Bottom({ view }: { view: View }) {
  const desk = useDesk();
  const state = useDeskState();
  const [busy, setBusy] = useState(false);
  if (isMine(state, view)) return <Composer view={view} />;
  const act = async (action: "take" | "wake") => {
    setBusy(true);
    await desk.actions[action](view.id);
    setBusy(false);
  };
  const action = view.state === "waiting" ? "take" : view.state === "snoozed" ? "wake" : null;
  return (
    <div className={styles.ended}>
      <span>{stateWords(view, view.agent === null ? null : nameOf(state, view.agent))}</span>
      {action === null ? null : (
        <Button loading={busy} onClick={() => void act(action)} data-testid={`${action}-open`}>
          {action === "take" ? "Take this conversation" : "Bring it back now"}
        </Button>
      )}
    </div>
  );
}

function stateWords(view: View, holder: string | null): string {
  switch (view.state) {
    case "closed":
      return view.close_reason === null
        ? "This conversation is closed."
        : `This conversation is closed: ${view.close_reason}`;
    case "missed":
      return "Nobody could take this conversation.";
    case "snoozed":
      return view.snoozed_until === null
        ? "This conversation is snoozed."
        : `This conversation is snoozed until ${fullTime(view.snoozed_until)}.`;
    case "waiting":
      return "This visitor waits in the queue.";
    case "assigned":
      return `${holder ?? "Another agent"} has this conversation.`;
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
      <Alert color="gray" title="This conversation is not with you" role="alert">
        {why}
      </Alert>
      <Button component="a" href={deskAddress} variant="default">
        Back to the list
      </Button>
    </div>
  );
}
