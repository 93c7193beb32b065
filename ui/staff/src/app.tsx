/** Which page is it: configuration missing, signing in, or the desk? */

import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { systemClock } from "./clock";
import { loadConfig, type Config } from "./config";
import { Cognito } from "./identity/cognito";
import { Session } from "./identity/session";
import { Broken, Waiting } from "./pages/not-yet";
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
