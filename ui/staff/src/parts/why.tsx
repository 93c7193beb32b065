/** Why did this conversation come to this agent, and not to another? Sentences first, then everybody. */

import { Alert, Skeleton } from "@mantine/core";

import { called, nameOf } from "../desk/names";
import { eventWords, reasonWords } from "../desk/reasons";
import type { View } from "../protocol";
import type { Considered, ConsideredGroup, Decision } from "../routing";
import { Slots } from "./slots";
import { clockTime, fullTime } from "./time";
import { useDesk, useDeskState } from "./use-desk";
import { useRead } from "./use-read";
import styles from "./why.module.css";

export function Why({ view }: { view: View }) {
  const desk = useDesk();
  const state = useDeskState();
  const { value, problem } = useRead(
    () => desk.records.reasons(view.id),
    `${view.id} ${view.version}`,
  );
  if (problem !== null) {
    return (
      <Alert color="red" role="alert">
        {problem}
      </Alert>
    );
  }
  if (value === null) return <Skeleton height={120} radius="md" />;
  return (
    <div className={styles.why}>
      {value.decisions.length === 0 ? (
        <p className={styles.quiet}>No decision was kept for this conversation.</p>
      ) : null}
      {value.decisions.map((decision, place) => (
        <DecisionCard key={`${decision.at} ${place}`} decision={decision} open={place === 0} />
      ))}
      {value.engagedBy === null ? null : (
        <details className={styles.quiet}>
          <summary>
            The rule “{called(state, "targeting_rules", value.engagedBy)}” invited the visitor.
          </summary>
          {value.targeting.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </details>
      )}
    </div>
  );
}

function DecisionCard({ decision, open }: { decision: Decision; open: boolean }) {
  const considered = decision.groups.filter((group) => group.agents.length > 0);
  // The first says what was decided; the others name everybody, as the table does.
  const said = considered.length === 0 ? decision.sentences : decision.sentences.slice(0, 1);
  return (
    <section className={styles.decision} data-testid="decision">
      <h3>
        {eventWords(decision.event)}{" "}
        <time dateTime={decision.at} title={fullTime(decision.at)}>
          {clockTime(decision.at)}
        </time>
      </h3>
      {said.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {considered.length === 0 ? null : (
        <details open={open}>
          <summary>Everybody who was considered</summary>
          {considered.map((group) => (
            <GroupTable
              key={group.group}
              group={group}
              winner={group.group === decision.group ? decision.winner : null}
            />
          ))}
        </details>
      )}
    </section>
  );
}

function GroupTable({ group, winner }: { group: ConsideredGroup; winner: string | null }) {
  const state = useDeskState();
  const { waiting, queueLimit } = group;
  return (
    <table className={styles.table}>
      <caption>
        {called(state, "groups", group.group)}
        {queueWords(waiting, queueLimit)}
      </caption>
      <thead className={styles.head}>
        <tr>
          <th scope="col">Agent</th>
          <th scope="col">Reason</th>
          <th scope="col">Slots</th>
        </tr>
      </thead>
      <tbody>
        {group.agents.map((agent) => (
          <AgentRow key={agent.agent} agent={agent} won={agent.agent === winner} />
        ))}
        {group.leftOut === 0 ? null : (
          <tr>
            <td colSpan={3} className={styles.quiet}>
              and {group.leftOut} more
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function queueWords(waiting: number | null, limit: number | null): string {
  if (waiting === null || limit === null) return "";
  return limit === 0 ? " · no queue" : ` · ${waiting} of ${limit} waiting`;
}

function AgentRow({ agent, won }: { agent: Considered; won: boolean }) {
  const name = nameOf(useDeskState(), agent.agent);
  return (
    <tr data-won={won}>
      <th scope="row">{name === "you" ? "You" : name}</th>
      <td>{won ? "Chosen" : reasonWords(agent.reason)}</td>
      <td>
        <Slots taken={agent.load} slots={agent.slots} />
      </td>
    </tr>
  );
}
