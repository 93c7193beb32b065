/** What happens when something arrives, or the agent does something? The effects around the reducer.
 *
 * Pushes are hints: the lists and the messages are read again over REST after every (re)connection and
 * wherever a number is missing, so a lost push costs a moment and never a word.
 */

import type { Clock } from "../clock";
import { Link, type LinkState, type Socket } from "../connection/link";
import { socketAddress, type Rest } from "../connection/rest";
import type { Keeper } from "../identity/session";
import { messageOf, numberIn, textIn, viewOf } from "../protocol";
import type { Attachment, Frame, Status } from "../protocol";
import { Actions } from "./actions";
import { Files } from "./files";
import { Follower } from "./follower";
import { lossWords } from "./losses";
import { strangers } from "./names";
import { restored, stored, type Outbox } from "./outbox";
import { Presence } from "./presence";
import { Reader } from "./reader";
import { Records } from "./records";
import { isMine, visitorName } from "./select";
import { Sender } from "./sender";
import { initialState, type Event, type State } from "./state";
import { Store } from "./store";

export interface DeskParts {
  readonly me: string;
  readonly site: string;
  readonly status: Status;
  readonly rest: Rest;
  readonly clock: Clock;
  readonly openSocket: (address: string) => Socket;
  readonly keeper: Keeper;
}

const TYPING_SHOWN = 6_000;
const TYPING_TOLD = 3_000;
const QUEUE_QUIET = 400;

export class Desk {
  readonly state: () => State;
  readonly subscribe: (listener: () => void) => () => void;
  readonly actions: Actions;
  readonly records: Records;
  readonly files: Files;
  private readonly store: Store;
  private readonly link: Link;
  private readonly sender: Sender;
  private readonly reader: Reader;
  private readonly follower: Follower;
  private readonly presence: Presence;
  private readonly sought = new Set<string>();
  private cancelQueue: (() => void) | null = null;
  private lastTyping = 0;
  private noticeKey = 0;
  private looking = true;

  constructor(private readonly parts: DeskParts) {
    const { clock, keeper, me, rest, site } = parts;
    const drawer = `vestibule.outbox.${site}.${me}`;
    this.store = new Store(initialState(me, parts.status, restored(keeper.getItem(drawer))));
    this.state = this.store.state;
    this.subscribe = this.store.subscribe;
    this.store.subscribe((event, before) => {
      const { outbox } = this.state();
      if (outbox !== before.outbox) keep(keeper, drawer, outbox);
      this.follow(event);
    });
    this.link = new Link({
      address: () => socketAddress(rest, site),
      open: parts.openSocket,
      clock,
      onFrame: (frame) => this.receive(frame),
      onState: (link) => this.linked(link),
    });
    this.reader = new Reader(rest, site, clock, this.store);
    this.records = new Records(rest, site);
    this.files = new Files(rest, site);
    this.actions = new Actions(rest, site, this.store, this.reader, (tone, text) =>
      this.notice(tone, text),
    );
    this.follower = new Follower(this.store, this.link, this.reader, clock);
    this.presence = new Presence(
      this.store,
      this.link,
      clock,
      (problem) => {
        if (problem !== null) this.notice("problem", problem);
        // Whoever may not be here any more is told so by REST.
        void this.reader.readQueue();
      },
      () => void this.reader.readLists(),
    );
    this.sender = new Sender(this.store, this.link, clock, (name) => this.reader.mind(name));
  }

  start(): void {
    void this.reader.readLists();
    this.link.start();
  }

  stop(): void {
    this.presence.stop();
    this.cancelQueue?.();
    this.reader.stop();
    this.link.stop();
  }

  hurry(): void {
    this.link.hurry();
  }

  setStatus(status: Status): void {
    this.presence.choose(status);
  }

  /** The last word before signing out. */
  leave(): void {
    this.presence.leave();
    this.stop();
  }

  open(conversation: string | null): void {
    this.store.dispatch({ type: "opened", conversation });
    if (conversation === null) return;
    void this.reader.readConversation(conversation);
    this.markSeen();
  }

  /** Whether somebody is in front of the screen: only then is a message seen. */
  look(looking: boolean): void {
    this.looking = looking;
    if (looking) this.hurry();
    this.markSeen();
  }

  write(conversation: string, text: string, attachments: readonly Attachment[] = []): void {
    this.lastTyping = 0;
    this.sender.write(conversation, text, attachments);
  }

  retry(clientId: string): void {
    this.sender.retry(clientId);
  }

  discard(clientId: string): void {
    this.sender.discard(clientId);
  }

  type(conversation: string): void {
    const now = this.parts.clock.now();
    if (now - this.lastTyping < TYPING_TOLD) return;
    this.lastTyping = now;
    this.link.tell({ action: "typing", conversation });
  }

  dismissNotice(key: number): void {
    this.store.dispatch({ type: "notice_read", key });
  }

  private follow(event: Event): void {
    if (event.type === "pushed" || event.type === "listed" || event.type === "viewed") {
      this.markSeen();
    }
    if (event.type === "viewed" || event.type.endsWith("_listed")) this.nameStrangers();
    if (event.type === "mine_listed") this.follower.followMine();
    if (event.type === "viewed") this.follower.followIfMine(event.view.id);
  }

  private linked(link: LinkState): void {
    this.store.dispatch({ type: "link", link });
    if (link.kind !== "open") return;
    this.presence.renew();
    this.follower.restart();
    void this.reader.readLists();
    this.sender.flush();
  }

  private receive(frame: Frame): void {
    const { clock, me } = this.parts;
    const conversation = textIn(frame, "conversation") ?? "";
    switch (frame.type) {
      case "message": {
        const message = messageOf(frame);
        if (message === null) return;
        this.store.dispatch({ type: "pushed", message });
        return this.reader.mind(message.conversation);
      }
      case "assigned":
      case "conversation": {
        const view = viewOf(frame["conversation"]);
        if (view === null) return;
        const known = this.state().views[view.id]?.agent === me;
        this.store.dispatch({ type: "viewed", view });
        if (!isMine(this.state(), view) || known || this.actions.isActing(view.id)) return;
        return this.notice("info", `${visitorName(view)} is now yours.`);
      }
      case "unassigned":
        return this.lose(conversation, textIn(frame, "reason"));
      case "queue_changed":
        return this.readQueueSoon();
      case "read": {
        const by = frame["by"] === "agent" ? "agent" : "visitor";
        return this.store.dispatch({ type: "seen", conversation, by, number: numberIn(frame, "number") });
      }
      case "typing":
        if (frame["by"] === "agent") return;
        return this.store.dispatch({ type: "typing", conversation, until: clock.now() + TYPING_SHOWN });
      case "closed":
        return this.store.dispatch({ type: "closed", conversation });
      case "error":
        return this.notice("problem", textIn(frame, "message") ?? "The server refused something.");
    }
  }

  private lose(conversation: string, reason: string | null): void {
    const view = this.state().views[conversation];
    // Whoever gave it away themselves knows.
    if (view === undefined || !isMine(this.state(), view) || this.actions.isActing(conversation)) return;
    if (reason === "closed") return this.store.dispatch({ type: "closed", conversation });
    const why = lossWords(visitorName(view), reason);
    this.notice("info", why);
    this.store.dispatch({ type: "left", conversation, why });
    // If it is still ours to see, it is in one of the lists.
    void this.reader.readSnoozed();
    this.readQueueSoon();
  }

  /** A group was made, or somebody invited: their names are asked for, each once. */
  private nameStrangers(): void {
    const { names, views } = this.state();
    const fresh = strangers(names, Object.values(views)).filter((each) => !this.sought.has(each));
    if (fresh.length === 0) return;
    for (const each of fresh) this.sought.add(each);
    void this.reader.readNames();
  }

  /** Many changes in a row cost one reading. */
  private readQueueSoon(): void {
    const { clock } = this.parts;
    this.cancelQueue ??= clock.after(QUEUE_QUIET * (1 + clock.random()), () => {
      this.cancelQueue = null;
      void this.reader.readQueue();
    });
  }

  private markSeen(): void {
    const state = this.state();
    if (state.open === null || !this.looking) return;
    const { open } = state;
    const view = state.views[open];
    const through = state.threads[open]?.through ?? 0;
    if (view === undefined || !isMine(state, view) || through <= view.agent_seen) return;
    if (!this.link.tell({ action: "read", conversation: open, number: through })) return;
    this.store.dispatch({ type: "seen", conversation: open, by: "agent", number: through });
  }

  private notice(tone: "info" | "problem", text: string): void {
    this.noticeKey += 1;
    const key = this.noticeKey;
    this.store.dispatch({ type: "noticed", notice: { key, tone, text } });
    this.parts.clock.after(tone === "info" ? 6_000 : 12_000, () => this.dismissNotice(key));
  }
}

/** Unsent words outlive a reload; nothing is left behind when there are none. */
function keep(keeper: Keeper, drawer: string, outbox: Outbox): void {
  if (outbox.length === 0) keeper.removeItem(drawer);
  else keeper.setItem(drawer, stored(outbox));
}
