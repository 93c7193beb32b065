/** What was said, in order, and how far each word has come. */

import { Button, Skeleton } from "@mantine/core";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";

import { speakerOf } from "../desk/names";
import type { Outgoing } from "../desk/outbox";
import { unsent, visitorName } from "../desk/select";
import type { State } from "../desk/state";
import { emptyThread } from "../desk/thread";
import type { Message, View } from "../protocol";
import { Attachments, Named } from "./attachments";
import { DownIcon } from "./icons";
import { clockTime, dayOf, fullTime, useNow } from "./time";
import styles from "./timeline.module.css";
import { useDesk, useDeskState } from "./use-desk";

const NEAR = 80;

export function Timeline({ view }: { view: View }) {
  const state = useDeskState();
  const now = useNow();
  const thread = state.threads[view.id] ?? emptyThread;
  const outgoing = unsent(state, view.id);
  const typing = (state.typing[view.id] ?? 0) > now;
  const last = thread.messages.at(-1);
  const { box, below, follow, toEnd } = useStickyEnd(
    [thread.messages.length, ...outgoing.map((entry) => entry.state), typing].join(" "),
  );
  const seen = lastSeen(thread.messages, view.visitor_seen);

  return (
    <div className={styles.frame}>
      <div
        className={styles.box}
        ref={box}
        onScroll={follow}
        role="log"
        tabIndex={0}
        aria-label="Messages"
      >
        {thread.loaded || thread.messages.length > 0 ? null : <Loading />}
        <ol className={styles.messages}>
          {thread.messages.map((message, index) => (
            <Dated key={message.number} message={message} before={thread.messages[index - 1]} now={now}>
              <Said
                message={message}
                view={view}
                first={isFirst(message, thread.messages[index - 1])}
                mark={message.number === seen ? "Seen" : message === last ? delivered(message) : ""}
              />
            </Dated>
          ))}
          {outgoing.map((entry) => (
            <Unsent key={entry.clientId} entry={entry} connected={state.link.kind === "open"} />
          ))}
        </ol>
        <p className={styles.typing} data-testid="typing">
          {typing ? `${visitorName(view)} is typing…` : ""}
        </p>
      </div>
      {below ? (
        <Button
          className={styles.toEnd}
          size="compact-md"
          radius="xl"
          leftSection={<DownIcon size={16} />}
          onClick={toEnd}
        >
          Newest
        </Button>
      ) : null}
    </div>
  );
}

interface SaidProps {
  readonly message: Message;
  readonly view: View;
  /** The first of a series by the same author. */
  readonly first: boolean;
  readonly mark: string;
}

function Said({ message, view, first, mark }: SaidProps) {
  const state = useDeskState();
  const { kind } = message.author;
  if (kind === "system") {
    return (
      <li className={styles.system} data-testid="message" data-author={kind}>
        <span dir="auto">{message.text}</span> <Moment message={message} />
      </li>
    );
  }
  return (
    <li
      className={styles.said}
      data-testid="message"
      data-author={kind}
      data-number={message.number}
      data-first={first}
    >
      <span className={first ? styles.author : styles.hidden}>{authorName(state, message, view)}</span>
      {message.text === "" ? null : (
        <span className={styles.bubble} dir="auto" data-testid="message-text">
          {message.text}
        </span>
      )}
      <Attachments message={message} />
      <span className={styles.under}>
        <Moment message={message} />
        {mark === "" ? null : <span data-testid="message-mark"> · {mark}</span>}
      </span>
    </li>
  );
}

function Unsent({ entry, connected }: { entry: Outgoing; connected: boolean }) {
  const desk = useDesk();
  const words = connected ? "Sending…" : "Will be sent when the connection is back";
  return (
    <li className={styles.said} data-testid="message" data-author="agent" data-state={entry.state}>
      <span className={styles.hidden}>You</span>
      {entry.text === "" ? null : (
        <span className={styles.bubble} dir="auto" data-testid="message-text">
          {entry.text}
        </span>
      )}
      <Named attachments={entry.attachments ?? []} />
      {entry.state === "failed" ? (
        <span className={styles.failed} role="alert">
          Not sent: {entry.problem}
          <Button size="compact-xs" variant="light" onClick={() => desk.retry(entry.clientId)}>
            Try again
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => desk.discard(entry.clientId)}
          >
            Discard
          </Button>
        </span>
      ) : (
        <span className={styles.under}>{words}</span>
      )}
    </li>
  );
}

interface DatedProps {
  readonly message: Message;
  readonly before: Message | undefined;
  readonly now: number;
  readonly children: ReactNode;
}

/** A line with the day before the first message of each. */
function Dated({ message, before, now, children }: DatedProps) {
  const day = dayOf(message.sent_at, now);
  const same = before !== undefined && dayOf(before.sent_at, now) === day;
  return (
    <>
      {same || day === "" ? null : <li className={styles.day}>{day}</li>}
      {children}
    </>
  );
}

function Moment({ message }: { message: Message }) {
  return (
    <time dateTime={message.sent_at} title={fullTime(message.sent_at)}>
      {clockTime(message.sent_at)}
    </time>
  );
}

/** The end stays in sight while the reader is near it, and is left alone while they read above. */
function useStickyEnd(content: string) {
  const box = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  const [below, setBelow] = useState(false);

  const toEnd = () => {
    near.current = true;
    setBelow(false);
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  };
  const follow = () => {
    const element = box.current;
    if (element === null) return;
    near.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (near.current) setBelow(false);
  };
  useLayoutEffect(() => {
    if (near.current) toEnd();
    else setBelow(true);
  }, [content]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (near.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { box, below, follow, toEnd };
}

/** Only the last seen message says so: what stands before it was seen too. */
function lastSeen(messages: readonly Message[], visitorSeen: number): number {
  const seen = messages.filter(
    (message) => message.author.kind === "agent" && message.number <= visitorSeen,
  );
  return seen.at(-1)?.number ?? 0;
}

function delivered(message: Message): string {
  return message.author.kind === "agent" ? "Sent" : "";
}

function isFirst(message: Message, before: Message | undefined): boolean {
  if (before?.author.kind !== message.author.kind) return true;
  const names = new Set([before.author.name, message.author.name]);
  // An own message that was just acknowledged has no name yet.
  return names.size > 1 && !names.has("");
}

function authorName(state: State, message: Message, view: View): string {
  switch (message.author.kind) {
    case "visitor":
      return message.author.name || visitorName(view);
    case "agent":
      return speakerOf(state, message.author);
    case "flow":
      return message.author.name || "Automatic message";
    case "system":
      return "";
  }
}

function Loading() {
  return (
    <div className={styles.loading} aria-hidden="true">
      <Skeleton height={38} width="45%" radius="lg" />
      <Skeleton height={38} width="35%" radius="lg" ml="auto" />
      <Skeleton height={38} width="50%" radius="lg" />
    </div>
  );
}
