/** Who works here, on which site? Makes the desk once both are known, and shows the screen asked for. */

import { useCallback, useEffect, useMemo, useState } from "react";

import { steadyClock } from "../clock";
import type { Config } from "../config";
import { Rest } from "../connection/rest";
import { Desk } from "../desk/desk";
import type { Session } from "../identity/session";
import { forgetDrafts } from "../parts/drafts";
import { Header } from "../parts/header";
import { DeskContext } from "../parts/use-desk";
import { profileOf, type Profile, type Status } from "../protocol";
import { useRoute } from "../route";
import { DeskPage } from "./desk-page";
import { Broken, Waiting } from "./not-yet";
import { ReadinessPage } from "./readiness";
import styles from "./workplace.module.css";

interface Props {
  readonly config: Config;
  readonly session: Session;
}

export function Workplace({ config, session }: Props) {
  const rest = useMemo(() => new Rest(config.rest, session), [config, session]);
  const { profile, problem, retry } = useProfile(rest);
  if (problem !== null) return <Broken problem={problem} retry={retry} />;
  if (profile === null) return <Waiting label="Reading your profile" />;
  return <Site config={config} session={session} rest={rest} profile={profile} />;
}

function Site({ config, session, rest, profile }: Props & { rest: Rest; profile: Profile }) {
  const sites = profile.sites.length > 0 ? profile.sites : [config.site];
  const [site, setSite] = useState(sites.includes(config.site) ? config.site : (sites[0] ?? ""));
  const desk = useDesk(rest, profile, site);
  const route = useRoute();
  if (desk === null) return <Waiting label="Opening your desk" />;

  const leave = () => {
    desk.leave();
    sessionStorage.removeItem(statusKey(profile.id));
    forgetDrafts();
    void session.signOut();
  };
  return (
    <DeskContext.Provider value={desk}>
      <a className={styles.skip} href="#main" onClick={skip}>
        Skip to the content
      </a>
      <div className={styles.page}>
        <Header profile={profile} sites={sites} site={site} onSite={setSite} onLeave={leave} />
        {route.screen === "readiness" ? (
          <ReadinessPage rest={rest} site={site} />
        ) : (
          <DeskPage conversation={route.conversation} />
        )}
      </div>
    </DeskContext.Provider>
  );
}

function useProfile(rest: Rest) {
  const [profile, setProfile] = useState<Profile | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = useCallback(() => {
    setProblem(null);
    rest.get("/me").then(
      (answer) => {
        setProfile(profileOf(answer));
        if (profileOf(answer) === null) setProblem("Your profile cannot be read.");
      },
      (error: Error) => setProblem(error.message),
    );
  }, [rest]);
  useEffect(read, [read]);
  return { profile, problem, retry: read };
}

function useDesk(rest: Rest, profile: Profile, site: string): Desk | null {
  const [desk, setDesk] = useState<Desk | null>(null);
  useEffect(() => {
    const worker = new Worker(new URL("../ticker.ts", import.meta.url), { type: "module" });
    const made = new Desk({
      me: profile.id,
      site,
      status: chosenStatus(profile),
      rest,
      clock: steadyClock(worker),
      openSocket: (address) => new WebSocket(address),
      keeper: sessionStorage,
    });
    const unsubscribe = made.subscribe(() => {
      sessionStorage.setItem(statusKey(profile.id), made.state().status);
    });
    const look = () => made.look(document.visibilityState === "visible" && document.hasFocus());
    const hurry = () => made.hurry();
    const events = new AbortController();
    for (const name of ["focus", "blur"]) addEventListener(name, look, events);
    document.addEventListener("visibilitychange", look, events);
    addEventListener("online", hurry, events);
    made.start();
    look();
    setDesk(made);
    return () => {
      events.abort();
      unsubscribe();
      made.stop();
      worker.terminate();
    };
  }, [rest, profile, site]);
  return desk;
}

/** After a reload as before it; at first away, so that nothing comes before the person is ready. */
function chosenStatus(profile: Profile): Status {
  const kept = sessionStorage.getItem(statusKey(profile.id));
  if (kept === "available" || kept === "away" || kept === "offline") return kept;
  return profile.status === "available" ? "available" : "away";
}

function statusKey(user: string): string {
  return `vestibule.status.${user}`;
}

function skip(event: { preventDefault(): void }) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
