/** Who is there? E-mail and password, and a new password where the invitation asks for one. */

import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";

import type { Challenge } from "../identity/cognito";
import type { Session, SessionState } from "../identity/session";
import { Mark } from "../parts/icons";
import styles from "./sign-in.module.css";

interface Props {
  readonly session: Session;
  readonly state: Exclude<SessionState, { kind: "signed_in" }>;
}

export function SignInPage({ session, state }: Props) {
  return (
    <main className={styles.page}>
      <Paper className={styles.card} withBorder shadow="sm" radius="lg">
        <div className={styles.brand}>
          <Mark size={36} />
          <Text fw={650} size="lg">
            Vestibule
          </Text>
        </div>
        {state.kind === "new_password" ? (
          <NewPassword session={session} challenge={state.challenge} />
        ) : (
          <SignIn session={session} reason={state.reason} />
        )}
      </Paper>
    </main>
  );
}

function SignIn({ session, reason }: { session: Session; reason: string | null }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, problem, submit } = useSubmit(() => session.signIn(email.trim(), password));
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Title order={1} size="h3">
          Sign in
        </Title>
        <Problem text={problem} fallback={reason} />
        <TextInput
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-testid="email"
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-testid="password"
        />
        <Button
          type="submit"
          size="md"
          loading={busy}
          disabled={email.trim() === "" || password === ""}
          data-testid="sign-in"
        >
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function NewPassword({ session, challenge }: { session: Session; challenge: Challenge }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const different = again !== "" && again !== password;
  const { busy, problem, submit } = useSubmit(() =>
    session.chooseNewPassword(challenge, password),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Title order={1} size="h3">
          Choose a password
        </Title>
        <Text size="sm" c="dimmed">
          You were invited as {challenge.email}. Choose the password you will use from now on.
        </Text>
        <Problem text={problem} fallback={null} />
        <input type="hidden" name="username" autoComplete="username" value={challenge.email} />
        <PasswordInput
          label="New password"
          autoComplete="new-password"
          autoFocus
          required
          withAsterisk={false}
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-testid="new-password"
        />
        <PasswordInput
          label="The same again"
          autoComplete="new-password"
          required
          withAsterisk={false}
          size="md"
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={different ? "The two are not the same." : null}
          data-testid="new-password-again"
        />
        <Button
          type="submit"
          size="md"
          loading={busy}
          disabled={password === "" || again !== password}
          data-testid="choose-password"
        >
          Save and sign in
        </Button>
        <Button variant="subtle" color="gray" onClick={() => session.end()}>
          Back
        </Button>
      </Stack>
    </form>
  );
}

function Problem({ text, fallback }: { text: string | null; fallback: string | null }) {
  if (text !== null) {
    return (
      <Alert color="red" role="alert" data-testid="problem">
        {text}
      </Alert>
    );
  }
  return fallback === null ? null : (
    <Alert color="yellow" role="status">
      {fallback}
    </Alert>
  );
}

function useSubmit(task: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    task()
      .catch((error: Error) => setProblem(error.message))
      .finally(() => setBusy(false));
  };
  return { busy, problem, submit };
}
