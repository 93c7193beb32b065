/** How does every word that the visitor wrote reach the server, once and in order? */
import { ANSWER_LIMIT, type Desk, type Timer } from "./desk";
import type { Memory } from "./memory";
import { ADOPTED_AFTER, Outbox, type Letter } from "./outbox";
import { PASSING, type Attachment, type Incoming, type Outgoing, type Refusal } from "./protocol";
import { isTalking, type State } from "./state";

type Delivery = Extract<Outgoing, { action: "start" | "message" }>;

/** The pass that came with the message is too old; a new one is on its way. */
export const STALE_PASS = ["expired_token", "invalid_token"];
const TRIES = 6;

export class Courier {
  readonly #desk: Desk;
  readonly #memory: Memory;
  readonly #outbox: Outbox;
  /** Messages that must be sent with the pass of their invitation. */
  readonly #withOwnPass = new Set<string>();
  #pause: Timer;
  #patience: Timer;

  constructor(desk: Desk, memory: Memory) {
    this.#desk = desk;
    this.#memory = memory;
    this.#outbox = new Outbox(memory);
  }

  /** What is on its way as the visitor sees it: also what has its number, but not its place yet. */
  lettersIn({ transcript }: State): readonly Letter[] {
    const own = transcript.held.filter(({ author }) => author.kind === "visitor");
    const numbered = own.map(({ client_id = "", text, sent_at, attachments = [] }) => ({
      client_id,
      text,
      attachments,
      written_at: sent_at,
    }));
    return [...numbered, ...this.#outbox.letters];
  }

  get #letters(): readonly Letter[] {
    return this.lettersIn(this.#desk.state);
  }

  post(client_id: string, text: string, now: Date, attachments: readonly Attachment[]): void {
    const files = attachments.length > 0 ? { attachments } : {};
    const written_at = this.#outbox.after(now).toISOString();
    this.#outbox.add({ client_id, text, written_at, ...files });
    this.#memory.put("draft", undefined);
    this.#desk.change({ letters: this.#letters, draft: "", nobody: false });
  }

  retry(client_id: string): void {
    this.#outbox.retry(client_id);
    this.#desk.change({ letters: this.#letters });
  }

  /** Another tab has written or settled a letter; its letters are shown, and sent if it is gone. */
  heardOf(key: string): void {
    if (!this.#outbox.heardOf(key)) return;
    this.#desk.change({ letters: this.#letters });
    setTimeout(() => this.follow(), ADOPTED_AFTER);
  }

  /** Strike off what the server shows to have. */
  heard(frame: Incoming): void {
    if (frame.type === "ack") this.#outbox.settle(frame.client_id);
    if (frame.type === "message" && frame.client_id) this.#outbox.settle(frame.client_id);
    if (frame.type !== "messages") return;
    for (const item of frame.items) if (item.client_id) this.#outbox.settle(item.client_id);
  }

  refused(error: Refusal, delivery: Delivery): void {
    const { client_id } = delivery;
    if (error.code === "unavailable") return this.takeBack(client_id);
    if (this.#mayGoOtherwise(error, delivery)) {
      this.#outbox.postpone(client_id);
      return this.#desk.change({ letters: this.#letters });
    }
    const passing = [...PASSING, ...STALE_PASS].includes(error.code);
    const tries = passing ? this.#outbox.postpone(client_id) : TRIES;
    if (tries >= TRIES) this.#outbox.refuse(client_id, error.code);
    else this.#wait((error.retry_after ?? 2 ** tries) * 1000);
    this.#desk.change({ letters: this.#letters });
  }

  /** Nobody can answer: the words go back to where the visitor wrote them. */
  takeBack(client_id = this.#outbox.travelling?.client_id): void {
    const letter = client_id === undefined ? undefined : this.#outbox.settle(client_id);
    if (!letter) return;
    const draft = [letter.text, this.#desk.state.draft].filter(Boolean).join("\n");
    this.#memory.put("draft", draft);
    this.#desk.change({ draft, letters: this.#letters, nobody: true });
  }

  /** Look at the state, and send what may be sent. */
  follow(): void {
    const { state, pass, ready } = this.#desk;
    if (!ready || pass === undefined || this.#pause !== undefined) return;
    const letter = this.#outbox.next();
    if (!letter) return;
    const { client_id, text } = letter;
    const { conversation, engagement } = state;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#doubt(client_id), ANSWER_LIMIT);
    if (isTalking(state) && conversation?.token !== undefined) {
      const files = letter.attachments?.map(({ id }) => id);
      const { token } = conversation;
      this.#desk.ask({ action: "message", token, client_id, text, ...(files && { attachments: files }) });
    } else if (letter.attachments) {
      // Files belong to the conversation that they were sent to; the visitor decides about the words.
      this.#outbox.refuse(client_id, "conversation_closed");
      this.#desk.change({ letters: this.#letters });
    } else {
      const from = engagement ? { engagement: engagement.id } : {};
      const own = this.#withOwnPass.has(client_id) ? engagement?.pass : undefined;
      this.#desk.ask({ action: "start", pass: own ?? pass, client_id, text, ...from });
    }
  }

  /** The line broke: what was under way must travel again. */
  broken(): void {
    clearTimeout(this.#patience);
    this.#outbox.lost();
  }

  stop(): void {
    clearTimeout(this.#pause);
    this.broken();
  }

  /** There is another way for this message: then it is taken, and the visitor sees no refusal. */
  #mayGoOtherwise({ code }: Refusal, delivery: Delivery): boolean {
    const { conversation, engagement } = this.#desk.state;
    if (code === "conversation_closed" && delivery.action === "message" && conversation) {
      this.#desk.change({ conversation: { ...conversation, state: "closed" } });
      return true;
    }
    const own = engagement?.pass;
    const isOther = delivery.action === "start" && own !== undefined && own !== delivery.pass;
    if (code !== "not_engaged" || !isOther) return false;
    this.#withOwnPass.add(delivery.client_id);
    return true;
  }

  #doubt(client_id: string): void {
    if (this.#outbox.travelling?.client_id === client_id) this.#desk.restart();
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.follow();
    }, milliseconds);
  }
}
