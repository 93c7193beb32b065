/** Who is with me, and who waits? */

import { Badge, Button, Skeleton } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { called, nameOf, speakerOf } from "../desk/names";
import {
  lastMessage,
  mine,
  queues,
  snoozed,
  unread,
  unsent,
  visitorName,
  waiting,
  waitingSince,
} from "../desk/select";
import type { State } from "../desk/state";
import type { Message, View } from "../protocol";
import { conversationAddress } from "../route";
import { WarnIcon } from "./icons";
import styles from "./lists.module.css";
import { momentWords, useNow, waited } from "./time";
import { useDesk, useDeskState } from "./use-desk";
import { VisitorAvatar } from "./visitor-avatar";

export function ConversationList() {
  const state = useDeskState();
  const own = mine(state);
  const queue = waiting(state);
  const asleep = snoozed(state);
  const now = useNow();
  return (
    <>
      <section aria-labelledby="own-title">
        <h2 className={styles.title} id="own-title">
          Your conversations <Count number={own.length} />
        </h2>
        {state.loaded ? (
          <ul className={styles.items}>
            {own.map((view) => (
              <OwnItem key={view.id} view={view} now={now} />
            ))}
          </ul>
        ) : (
          <Loading />
        )}
        {state.loaded && own.length === 0 ? <p className={styles.empty}>None at the moment.</p> : null}
      </section>
      <section aria-labelledby="queue-title">
        <h2 className={styles.title} id="queue-title">
          Queue <Count number={queue.length} more={state.moreWaiting} />
        </h2>
        {queue.length > 0 && state.status !== "available" ? (
          <p className={styles.empty}>Become available to take one of them.</p>
        ) : null}
        {queues(state).map(({ group, views }) => (
          <GroupQueue key={group} group={group} views={views} now={now} />
        ))}
        {state.loaded && queue.length === 0 ? <p className={styles.empty}>Nobody waits.</p> : null}
      </section>
      {asleep.length === 0 ? null : (
        <section aria-labelledby="snoozed-title">
          <h2 className={styles.title} id="snoozed-title">
            Snoozed <Count number={asleep.length} />
          </h2>
          <ul className={styles.items}>
            {asleep.map((view) => (
              <SnoozedItem key={view.id} view={view} now={now} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Count({ number, more = false }: { number: number; more?: boolean }) {
  return (
    <span className={styles.count}>
      {number}
      {more ? "+" : ""}
    </span>
  );
}

function GroupQueue({ group, views, now }: { group: string; views: readonly View[]; now: number }) {
  const name = called(useDeskState(), "groups", group);
  return (
    <div role="group" aria-label={`Queue of ${name}`}>
      <h3 className={styles.group} title={name}>
        <span className={styles.name}>{name}</span> <Count number={views.length} />
      </h3>
      <ul className={styles.items}>
        {views.map((view) => (
          <QueueItem key={view.id} view={view} now={now} />
        ))}
      </ul>
    </div>
  );
}

function OwnItem({ view, now }: { view: View; now: number }) {
  const state = useDeskState();
  const fresh = unread(state, view);
  const last = lastMessage(state, view.id);
  const troubled = unsent(state, view.id).some((entry) => entry.state === "failed");
  return (
    <li data-testid="conversation-item" data-conversation={view.id} data-unread={fresh}>
      <Entry
        view={view}
        beside={
          view.unanswered_since === null ? null : <Wait since={view.unanswered_since} now={now} />
        }
      >
        <span className={styles.snippet} dir="auto">
          {snippet(state, view, last, (state.typing[view.id] ?? 0) > now)}
        </span>
        {troubled ? (
          <span className={styles.trouble} title="A message was not sent">
            <WarnIcon size={16} />
            <span className={styles.hidden}>A message was not sent.</span>
          </span>
        ) : null}
        {fresh > 0 ? (
          <Badge className={styles.badge} size="md" circle={fresh < 10}>
            {fresh}
            <span className={styles.hidden}> unread</span>
          </Badge>
        ) : null}
      </Entry>
    </li>
  );
}

function QueueItem({ view, now }: { view: View; now: number }) {
  const desk = useDesk();
  const state = useDeskState();
  const [busy, setBusy] = useState(false);
  const kept = view.kept_for === null ? "" : ` · first for ${nameOf(state, view.kept_for)}`;
  const take = async () => {
    setBusy(true);
    if (await desk.actions.take(view.id)) location.hash = conversationAddress(view.id);
    setBusy(false);
  };
  return (
    <li data-testid="queue-item" data-conversation={view.id} className={styles.queued}>
      <Entry view={view}>
        <span className={styles.snippet}>
          <Wait since={waitingSince(view)} now={now} />
          {kept}
          {view.page.title === "" ? "" : ` · ${view.page.title}`}
        </span>
      </Entry>
      <Button
        size="xs"
        variant="light"
        loading={busy}
        onClick={() => void take()}
        aria-label={`Take ${visitorName(view)}`}
        data-testid="take"
      >
        Take
      </Button>
    </li>
  );
}

function SnoozedItem({ view, now }: { view: View; now: number }) {
  const state = useDeskState();
  const back = view.snoozed_until === null ? "" : momentWords(Date.parse(view.snoozed_until), now);
  const whose = view.kept_for === null ? "to the group" : `to ${nameOf(state, view.kept_for)}`;
  return (
    <li data-testid="snoozed-item" data-conversation={view.id}>
      <Entry view={view}>
        <span className={styles.snippet}>
          Back {back} · {whose}
        </span>
      </Entry>
    </li>
  );
}

interface EntryProps {
  readonly view: View;
  /** Stands beside the name. */
  readonly beside?: ReactNode;
  /** The line below it. */
  readonly children: ReactNode;
}

/** What every list shows of a conversation: who it is, as a link to it, and a line of news. */
function Entry({ view, beside = null, children }: EntryProps) {
  const { open } = useDeskState();
  return (
    <a
      className={styles.item}
      href={conversationAddress(view.id)}
      aria-current={open === view.id ? "page" : undefined}
    >
      <VisitorAvatar view={view} />
      <span className={styles.words}>
        <span className={styles.first}>
          <span className={styles.name} title={visitorName(view)}>
            {visitorName(view)}
          </span>
          {beside}
        </span>
        <span className={styles.second}>{children}</span>
      </span>
    </a>
  );
}

function Wait({ since, now }: { since: string; now: number }) {
  const seconds = (now - Date.parse(since)) / 1_000;
  const urgency = seconds > 180 ? "high" : seconds > 60 ? "some" : "none";
  return (
    <span className={styles.wait} data-urgency={urgency}>
      <span className={styles.hidden}>waiting </span>
      {waited(since, now)}
    </span>
  );
}

function snippet(state: State, view: View, last: Message | null, typing: boolean): string {
  if (typing) return "is typing…";
  if (last === null) return view.page.title;
  const said = last.text || last.attachments.map(({ name }) => name).join(", ");
  return last.author.kind === "agent" ? `${speakerOf(state, last.author)}: ${said}` : said;
}

function Loading() {
  return (
    <div className={styles.loading} aria-hidden="true">
      <Skeleton height={44} radius="md" />
      <Skeleton height={44} radius="md" />
    </div>
  );
}
