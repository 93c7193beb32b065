/** Which page is it: configuration missing, signing in, or the desk? */

import { Alert, Button, Center, Loader, Stack } from "@mantine/core";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { systemClock } from "./clock";
import { loadConfig, type Config } from "./config";
import { Cognito } from "./identity/cognito";
import { Session } from "./identity/session";
import { SignInPage } from "./pages/sign-in";
import { Workplace } from "./pages/workplace";

export function App() {
  const [config, setConfig] = useState<Config | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    loadConfig(new URL("config.json", document.baseURI)).then(setConfig, (error: Error) =>
      setProblem(error.message),
    );
  }, []);

  if (problem !== null) return <Broken problem={problem} />;
  return config === null ? <Waiting label="Starting" /> : <Configured config={config} />;
}

function Configured({ config }: { config: Config }) {
  const session = useMemo(
    () => new Session(new Cognito(config.cognito, systemClock.now), sessionStorage, systemClock.now),
    [config],
  );
  const state = useSyncExternalStore(session.subscribe, session.state);
  return state.kind === "signed_in" ? (
    <Workplace config={config} session={session} />
  ) : (
    <SignInPage session={session} state={state} />
  );
}

export function Waiting({ label }: { label: string }) {
  return (
    <Center h="100%">
      <Loader aria-label={label} role="status" />
    </Center>
  );
}

export function Broken({ problem, retry }: { problem: string; retry?: () => void }) {
  return (
    <Center h="100%" p="md">
      <Stack maw={480}>
        <Alert color="red" title="This page cannot work yet" role="alert">
          {problem}
        </Alert>
        <Button variant="default" onClick={retry ?? (() => location.reload())}>
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
