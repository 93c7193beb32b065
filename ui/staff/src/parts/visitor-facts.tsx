/** What is known of this visitor, and what does the team call it? */

import { Anchor, TagsInput } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";

import { called, type Kind } from "../desk/names";
import { isMine, isOver, waitingSince } from "../desk/select";
import type { View } from "../protocol";
import { MOST_TAGS } from "./closing";
import styles from "./details.module.css";
import { languageName } from "./language";
import { fullTime, useNow, waited } from "./time";
import { useDesk, useDeskState } from "./use-desk";

export function VisitorFacts({ view }: { view: View }) {
  const now = useNow();
  const state = useDeskState();
  const named = (kind: Kind, id: string | null) => (id ? called(state, kind, id) : null);
  return (
    <>
      <Tags view={view} />
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
          {view.unanswered_since === null || isOver(view) ? null : waited(view.unanswered_since, now)}
        </Fact>
        <Fact name="Group">{named("groups", view.group)}</Fact>
        <Fact name="Invited by">{named("targeting_rules", view.targeting_rule)}</Fact>
        <Fact name="Campaign">{named("campaigns", view.campaign)}</Fact>
        <Fact name="Routed by">{named("routing_rules", view.routing_rule)}</Fact>
        <Fact name="Closed">{view.closed_at === null ? null : fullTime(view.closed_at)}</Fact>
        <Fact name="Reason">{view.close_reason}</Fact>
        <Fact name="Number">
          <code>{view.id}</code>
        </Fact>
      </dl>
    </>
  );
}

/** Shown as chosen at once; what the server refuses is taken back. */
function Tags({ view }: { view: View }) {
  const desk = useDesk();
  const state = useDeskState();
  const [tags, setTags] = useState([...view.tags]);
  const stored = view.tags.join("\n");
  useEffect(() => setTags([...view.tags]), [stored]);
  const change = async (chosen: string[]) => {
    setTags(chosen);
    if (!(await desk.actions.tag(view.id, chosen))) setTags([...view.tags]);
  };
  if (!isMine(state, view)) {
    return <Fact name="Tags">{view.tags.join(", ")}</Fact>;
  }
  return (
    <TagsInput
      label="Tags"
      description="Only your team sees them."
      placeholder={tags.length === 0 ? "Add a tag" : ""}
      maxTags={MOST_TAGS}
      value={tags}
      onChange={(chosen) => void change(chosen)}
      mb="xs"
      data-testid="tags"
    />
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
