/** What else is known of this visitor and this conversation? */

import { Anchor, CloseButton } from "@mantine/core";
import type { ReactNode } from "react";

import { waitingSince } from "../desk/select";
import type { View } from "../protocol";
import styles from "./details.module.css";
import { languageName } from "./language";
import { fullTime, useNow, waited } from "./time";

interface Props {
  readonly view: View;
  /** Null where the details always stand beside the conversation. */
  readonly onClose: (() => void) | null;
}

export function Details({ view, onClose }: Props) {
  const now = useNow();
  return (
    <aside className={styles.details} aria-label="About this visitor" data-over={onClose !== null}>
      <div className={styles.top}>
        <h2>About this visitor</h2>
        {onClose === null ? null : <CloseButton aria-label="Hide" onClick={onClose} autoFocus />}
      </div>
      <dl>
        <Fact name="Page">
          {view.page.title === "" ? null : <span>{view.page.title}</span>}
          <PageLink url={view.page.url} />
        </Fact>
        <Fact name="Language">{languageName(view.language)}</Fact>
        <Fact name="E-mail">{view.email}</Fact>
        <Fact name="Started">{fullTime(view.opened_at)}</Fact>
        <Fact name="Waits in the queue since">
          {view.state === "waiting" ? `${waited(waitingSince(view), now)}` : null}
        </Fact>
        <Fact name="Unanswered for">
          {view.unanswered_since === null ? null : waited(view.unanswered_since, now)}
        </Fact>
        <Fact name="Group">{view.group}</Fact>
        <Fact name="Invited by">{view.targeting_rule}</Fact>
        <Fact name="Campaign">{view.campaign}</Fact>
        <Fact name="Routed by">{view.routing_rule}</Fact>
        <Fact name="Closed">{view.closed_at === null ? null : fullTime(view.closed_at)}</Fact>
        <Fact name="Number">
          <code>{view.id}</code>
        </Fact>
      </dl>
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === "") return null;
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The visitor's browser named this address: it becomes a link only when it is one of the web. */
function PageLink({ url }: { url: string }) {
  if (url === "") return null;
  if (!/^https?:\/\//i.test(url)) return <span className={styles.url}>{url}</span>;
  return (
    <Anchor className={styles.url} href={url} target="_blank" rel="noopener noreferrer" size="sm">
      {url}
    </Anchor>
  );
}
