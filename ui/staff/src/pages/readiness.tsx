/** What is still missing before visitors can be met? The four prerequisites, to read, keep or print. */

import { Alert, Button, Progress, Skeleton, Text, Title } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";

import type { Rest } from "../connection/rest";
import { CheckIcon, WarnIcon } from "../parts/icons";
import { readinessOf, type Readiness, type ReadinessItem } from "../protocol";
import { asMarkdown, foundWords, titleOf } from "./checklist";
import styles from "./readiness.module.css";

export function ReadinessPage({ rest, site }: { rest: Rest; site: string }) {
  const { readiness, problem, read } = useReadiness(rest, site);
  return (
    <main className={styles.page} id="main" tabIndex={-1}>
      <div className={styles.sheet}>
        <Title order={1} size="h2">
          Setup checklist
        </Title>
        <Text c="var(--quiet)" mt={4}>
          Before the site “{site}” can meet its visitors, these four must be in place.
        </Text>
        {problem === null ? null : (
          <Alert color="red" role="alert" mt="md">
            {problem}
          </Alert>
        )}
        {readiness === null ? (
          problem === null ? <Skeleton height={240} mt="lg" radius="lg" /> : null
        ) : (
          <Checklist readiness={readiness} />
        )}
        <div className={styles.actions}>
          <Button variant="default" onClick={read}>
            Check again
          </Button>
          <Button
            variant="default"
            disabled={readiness === null}
            onClick={() => readiness !== null && download(asMarkdown(site, readiness), site)}
          >
            Download
          </Button>
          <Button variant="default" disabled={readiness === null} onClick={() => print()}>
            Print
          </Button>
        </div>
      </div>
    </main>
  );
}

function Checklist({ readiness }: { readiness: Readiness }) {
  const done = readiness.items.filter((item) => item.ready).length;
  const of = readiness.items.length;
  return (
    <>
      <div className={styles.progress} role="status" data-testid="readiness" data-ready={readiness.ready}>
        <Progress value={(100 * done) / Math.max(1, of)} color={readiness.ready ? "green" : "indigo"} aria-hidden="true" />
        <Text fw={600} mt={8}>
          {readiness.ready ? "Everything is ready." : `${done} of ${of} ready`}
        </Text>
      </div>
      <ul className={styles.items}>
        {readiness.items.map((item) => (
          <Item key={item.name} item={item} />
        ))}
      </ul>
    </>
  );
}

function Item({ item }: { item: ReadinessItem }) {
  return (
    <li className={styles.item} data-ready={item.ready} data-testid="readiness-item">
      <span className={styles.mark}>{item.ready ? <CheckIcon size={20} /> : <WarnIcon size={20} />}</span>
      <div>
        <h2>{titleOf(item)}</h2>
        <p className={styles.found}>
          <b>{item.ready ? "Ready" : "Missing"}</b> · {foundWords(item)}
        </p>
        {item.next === "" ? null : <p>{item.next}</p>}
      </div>
    </li>
  );
}

function useReadiness(rest: Rest, site: string) {
  const [readiness, setReadiness] = useState<Readiness | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(() => {
    setProblem(null);
    rest.get(`/sites/${encodeURIComponent(site)}/readiness`).then(
      (answer) => setReadiness(readinessOf(answer)),
      (error: Error) => setProblem(error.message),
    );
  }, [rest, site]);
  useEffect(read, [read]);
  return { readiness, problem, read };
}

function download(text: string, site: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${site}-checklist.md`;
  link.click();
  URL.revokeObjectURL(address);
}
