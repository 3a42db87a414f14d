import type { Entry } from "../client/outbox";
import { rowsOf } from "../kit/rows";
import type { Message } from "../wire/schema";

type Content = { kind: "message"; key: string; message: Message } | { kind: "pending"; key: string; entry: Entry };

/** What the log shows, one under the other. */
export type LogRow =
  | { kind: "day"; key: string; at: string }
  | (Content & { starts: boolean; ends: boolean })
  | { kind: "stream"; key: string; text: string };

/** The rows of messages and of what is on its way: day dividers between, groups of one sender's marked. */
export function logRows(
  messages: readonly Message[],
  pending: readonly Entry[],
  stream: { id: string; text: string } | null,
  me: string | undefined,
): LogRow[] {
  const contents: Content[] = [
    ...messages.map((message) => ({ kind: "message" as const, key: keyOf(message, me), message })),
    ...pending.map((entry) => ({ kind: "pending" as const, key: entry.client_id, entry })),
  ];
  const rows: LogRow[] = rowsOf(contents, (content) =>
    content.kind === "message" ? saidIn(content.message) : { at: content.entry.created_at, who: me ?? "" },
  ).map((row) => (row.kind === "day" ? row : { ...row.item, starts: row.starts, ends: row.ends }));
  if (stream) rows.push({ kind: "stream", key: stream.id, text: stream.text });
  return rows;
}

/** The key stays when the server confirms what we wrote. */
const keyOf = (message: Message, me: string | undefined): string =>
  message.sender_id === me && message.client_id ? message.client_id : message.id;

const saidIn = (message: Message) => ({
  at: message.created_at,
  who: message.type === "system" ? null : message.sender_id,
});
