/** The top of every screen: the site, the connection, the status, the person. */

import {
  ActionIcon,
  Avatar,
  Menu,
  NativeSelect,
  Text,
  Tooltip,
  useMantineColorScheme,
  type MantineColorScheme,
} from "@mantine/core";

import { useState } from "react";

import { mine } from "../desk/select";
import type { Profile, Status } from "../protocol";
import { deskAddress, readinessAddress } from "../route";
import styles from "./header.module.css";
import { ChatIcon, LeaveIcon, ListIcon, Mark } from "./icons";
import { LeaveQuestion } from "./leave-question";
import { useNow } from "./time";
import { useDesk, useDeskState } from "./use-desk";

interface Props {
  readonly profile: Profile;
  readonly sites: readonly string[];
  readonly site: string;
  readonly onSite: (site: string) => void;
  readonly onLeave: () => void;
}

export function Header({ profile, sites, site, onSite, onLeave }: Props) {
  const { names } = useDeskState();
  const label = (each: string) => (each === site && names !== null ? names.site : each);
  return (
    <header className={styles.header}>
      <a className={styles.brand} href={deskAddress} aria-label="Vestibule: your conversations">
        <Mark />
        <Text component="span" fw={650} className={styles.word}>
          Vestibule
        </Text>
      </a>
      {sites.length > 1 ? (
        <NativeSelect
          aria-label="Site"
          className={styles.site}
          size="sm"
          data={sites.map((each) => ({ value: each, label: label(each) }))}
          value={site}
          onChange={(event) => onSite(event.currentTarget.value)}
        />
      ) : (
        <Text className={styles.siteName} size="sm" truncate title={names?.site}>
          {names?.site}
        </Text>
      )}
      <span className={styles.space} />
      <Connection />
      <StatusChoice slots={profile.slots} />
      <PersonMenu profile={profile} onLeave={onLeave} />
    </header>
  );
}

/** Silent while all is well. */
function Connection() {
  const { link } = useDeskState();
  const now = useNow();
  const seconds = link.kind === "waiting" ? Math.max(0, Math.ceil((link.until - now) / 1_000)) : 0;
  const words =
    link.kind === "waiting"
      ? (link.why ?? (seconds > 1 ? `Reconnecting in ${seconds} s` : "Reconnecting"))
      : "Connecting";
  return (
    <div
      className={styles.connection}
      data-testid="connection"
      data-state={link.kind}
      role="status"
      aria-live="polite"
    >
      {link.kind === "open" ? (
        <span className={styles.hidden}>Connected</span>
      ) : (
        <>
          <span className={styles.pulse} aria-hidden="true" />
          {/* The countdown is for the eye: a screen reader hears the state once. */}
          <span className={styles.hidden}>{link.kind === "waiting" ? "Disconnected" : words}</span>
          <span className={styles.connectionWords} aria-hidden="true">
            {words}
          </span>
        </>
      )}
    </div>
  );
}

const CHOICES: readonly { value: Status; label: string }[] = [
  { value: "available", label: "Available" },
  { value: "away", label: "Away" },
  { value: "offline", label: "Offline" },
];

function StatusChoice({ slots }: { slots: number }) {
  const desk = useDesk();
  const state = useDeskState();
  const taken = mine(state).length;
  const [asking, setAsking] = useState(false);
  const choose = (status: Status) => {
    if (status === "offline" && taken > 0) setAsking(true);
    else desk.setStatus(status);
  };
  const busy = state.status === "available" && slots > 0 && taken >= slots;
  const load = `${taken} of ${slots} conversations`;
  return (
    <div className={styles.status}>
      {slots > 0 ? (
        <Tooltip label={busy ? `${load}: nothing new comes until you close one` : load}>
          <span
            className={styles.load}
            data-busy={busy}
            role="img"
            tabIndex={0}
            aria-label={busy ? `Busy: ${load}` : load}
          >
            {busy ? `Busy (${taken}/${slots})` : `${taken}/${slots}`}
          </span>
        </Tooltip>
      ) : null}
      <NativeSelect
        aria-label="Your status"
        size="sm"
        className={styles.statusSelect}
        data={CHOICES.map((choice) => ({ ...choice }))}
        value={state.status}
        onChange={(event) => choose(event.currentTarget.value as Status)}
        leftSection={<span className={styles.dot} data-status={state.status} aria-hidden="true" />}
        data-testid="status"
      />
      <LeaveQuestion
        title={asking ? "Go offline?" : null}
        conversations={taken}
        onStay={() => setAsking(false)}
        onGo={() => {
          setAsking(false);
          desk.setStatus("offline");
        }}
      />
    </div>
  );
}

function PersonMenu({ profile, onLeave }: { profile: Profile; onLeave: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const held = mine(useDeskState()).length;
  const [asking, setAsking] = useState(false);
  const schemes = [
    ["auto", "As the system"],
    ["light", "Light"],
    ["dark", "Dark"],
  ] as const;
  return (
    <Menu withinPortal={false} position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <ActionIcon
          variant="transparent"
          size={40}
          radius="xl"
          data-testid="person-menu"
        >
          <Avatar name={profile.name} color="indigo" variant="filled" size={32} />
          <span className={styles.hidden}>{profile.name}: menu</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.person}>
          <Text size="sm" fw={600} truncate>
            {profile.name}
          </Text>
          <Text size="xs" c="var(--quiet)" truncate>
            {profile.email} · {profile.role}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item component="a" href={deskAddress} leftSection={<ChatIcon />}>
          Conversations
        </Menu.Item>
        {profile.role === "agent" ? null : (
          <Menu.Item
            component="a"
            href={readinessAddress}
            leftSection={<ListIcon />}
            data-testid="readiness-link"
          >
            Setup checklist
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
        >
          {schemes.map(([scheme, label]) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<LeaveIcon />}
          onClick={() => (held > 0 ? setAsking(true) : onLeave())}
          data-testid="sign-out"
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
      <LeaveQuestion
        title={asking ? "Sign out?" : null}
        conversations={held}
        onStay={() => setAsking(false)}
        onGo={onLeave}
      />
    </Menu>
  );
}
