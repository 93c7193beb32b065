/** Which rows does a transcript make? Pure: the view only turns them into elements. */
import type { Attachment, AuthorKind, Message } from "../protocol";
import type { State } from "../state";

export type Delivery = "sending" | "sent" | "seen" | "failed";

export interface DayRow {
  readonly kind: "day";
  readonly date: Date;
}

export interface MessageRow {
  readonly kind: "message";
  readonly author: AuthorKind;
  readonly name: string | undefined;
  readonly avatar: string | undefined;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** What opens its files, where anything does. */
  readonly token: string | undefined;
  readonly at: Date;
  readonly number: number | undefined;
  readonly client_id: string | undefined;
  /** Of the visitor's own messages; undefined where it says nothing new. */
  readonly delivery: Delivery | undefined;
  /** The first of several by the same author. */
  readonly leads: boolean;
  /** The last of several by the same author. */
  readonly ends: boolean;
}

/** What comes below it has come while the visitor looked elsewhere. */
export interface NewsRow {
  readonly kind: "news";
}

export type Row = DayRow | NewsRow | MessageRow;

const TOGETHER_FOR = 5 * 60_000;

/**
 * The rows, each with a key that stays the same while a message goes from sending to sent.
 *
 * `newAfter`: the number of the last message before the news, if there is any news.
 */
export function rowsOf(
  state: State,
  newAfter = Infinity,
): readonly (readonly [key: string, row: Row])[] {
  const conversation = state.conversation?.id ?? state.former ?? "";
  const token = state.conversation?.token;
  const delivery = delivered(state);
  const written = [
    ...state.past.map((message) => said(message, undefined, `past-${message.client_id ?? message.sent_at + message.number}`)),
    ...state.transcript.items.map((message) =>
      said({ ...message, token }, delivery(message), message.client_id ?? `${conversation}-${message.number}`),
    ),
    ...unsent(state),
  ];
  const rows: [string, Row][] = [];
  let former: MessageRow | undefined;
  const news = firstNews(state, newAfter);
  for (const [place, [key, row]] of written.entries()) {
    const next = written[place + 1]?.[1];
    const ends = !next || !belongs(next, row);
    if (former?.at.toDateString() !== row.at.toDateString()) {
      rows.push([`day-${row.at.toDateString()}-${key}`, { kind: "day", date: row.at }]);
      former = undefined;
    }
    if (news && place === state.past.length + state.transcript.items.indexOf(news)) {
      rows.push(["news", { kind: "news" }]);
      former = undefined;
    }
    rows.push([key, { ...row, leads: !belongs(row, former), ends }]);
    former = row;
  }
  return rows;
}

/** The first message of somebody else after this number. */
export function firstNews(state: State, newAfter = Infinity): Message | undefined {
  return state.transcript.items.find(
    ({ author, number }) => author.kind !== "visitor" && number > newAfter,
  );
}

function said(
  message: Message,
  delivery: Delivery | undefined,
  key: string,
): readonly [string, MessageRow] {
  const { author, text, number, client_id, attachments = [] } = message;
  const { kind, name, avatar } = author;
  const at = new Date(message.sent_at);
  const { token } = message;
  const row = { kind: "message", author: kind, name, avatar, text, at, number, client_id } as const;
  return [key, { ...row, attachments, token, delivery, leads: true, ends: true }];
}

function unsent(state: State): (readonly [string, MessageRow])[] {
  const known = new Set(state.transcript.items.map((message) => message.client_id));
  return state.letters
    .filter((letter) => !known.has(letter.client_id))
    .map((letter) => {
      const row: MessageRow = {
        kind: "message",
        author: "visitor",
        name: undefined,
        avatar: undefined,
        text: letter.text,
        attachments: letter.attachments ?? [],
        token: undefined,
        at: new Date(letter.written_at),
        number: undefined,
        client_id: letter.client_id,
        delivery: letter.refused ? "failed" : "sending",
        leads: true,
        ends: true,
      };
      return [letter.client_id, row] as const;
    });
}

/** "Seen" stands under the last message that was seen, "sent" under the last of all. */
function delivered({ conversation, transcript }: State): (message: Message) => Delivery | undefined {
  const seen = conversation?.agent_seen ?? 0;
  const own = transcript.items.filter(({ author }) => author.kind === "visitor");
  const last = own.at(-1);
  const lastSeen = own.findLast(({ number }) => number <= seen);
  return (message) => (message === lastSeen ? "seen" : message === last ? "sent" : undefined);
}

function belongs(row: MessageRow, former: MessageRow | undefined): boolean {
  return (
    former !== undefined &&
    former.author === row.author &&
    former.name === row.name &&
    row.at.getTime() - former.at.getTime() < TOGETHER_FOR
  );
}
