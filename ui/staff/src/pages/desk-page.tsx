/** The agent's screen: the conversations at hand and the queue, and one conversation at a time. */

import { useEffect } from "react";

import { mine, unreadInAll, waiting } from "../desk/select";
import type { State } from "../desk/state";
import { ConversationPane } from "../parts/conversation";
import { ChatIcon } from "../parts/icons";
import { ConversationList } from "../parts/lists";
import { Notices } from "../parts/notices";
import { useDesk, useDeskState } from "../parts/use-desk";
import { conversationAddress } from "../route";
import styles from "./desk-page.module.css";

export function DeskPage({ conversation }: { conversation: string | null }) {
  const desk = useDesk();
  const state = useDeskState();
  useEffect(() => {
    desk.open(conversation);
    return () => desk.open(null);
  }, [desk, conversation]);
  useTitle(unreadInAll(state));
  useNeighbourKeys(conversation);

  return (
    <div className={styles.desk} data-open={conversation !== null}>
      <nav className={styles.list} aria-label="Conversations">
        <ConversationList />
      </nav>
      <main className={styles.main} id="main" tabIndex={-1}>
        {conversation === null ? (
          <Nothing />
        ) : (
          <ConversationPane key={conversation} conversation={conversation} />
        )}
      </main>
      <Notices />
    </div>
  );
}

function Nothing() {
  const state = useDeskState();
  const [title, advice] = nothingWords(state);
  return (
    <div className={styles.nothing}>
      <ChatIcon size={40} />
      <h1>{title}</h1>
      <p>{advice}</p>
    </div>
  );
}

function nothingWords(state: State): readonly [string, string] {
  if (mine(state).length > 0) return ["No conversation is open", "Choose one on the left."];
  const some = waiting(state).length > 0;
  const title = some ? "Visitors wait in the queue" : "Nobody is waiting for you";
  if (state.status !== "available") {
    return [title, "You are not available. Change your status to receive conversations."];
  }
  return some
    ? [title, "Take one of them by hand, or let the next come by itself."]
    : [title, "You are available: the next visitor comes to you by itself."];
}

function useTitle(unread: number): void {
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Vestibule` : "Vestibule";
    return () => {
      document.title = "Vestibule";
    };
  }, [unread]);
}

/** Alt with an arrow goes to the neighbouring conversation. */
function useNeighbourKeys(conversation: string | null): void {
  const desk = useDesk();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!event.altKey || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      const names = mine(desk.state()).map((view) => view.id);
      if (names.length === 0) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const here = conversation === null ? -1 : names.indexOf(conversation);
      const next = here < 0 ? 0 : (here + step + names.length) % names.length;
      location.hash = conversationAddress(names[next] ?? "");
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [desk, conversation]);
}
