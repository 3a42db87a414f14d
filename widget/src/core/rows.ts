import { dayOf } from "../kit/time";
import type { Message } from "../wire/schema";
import type { Entry } from "../client/outbox";

/** What the log shows, one under the other. */
export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: Message; starts: boolean; ends: boolean }
  | { kind: "pending"; key: string; entry: Entry; starts: boolean; ends: boolean }
  | { kind: "stream"; key: string; text: string };

/** Messages of one person so close together are one group. */
const GROUP_MS = 5 * 60_000;

/** The rows of messages and of what is on its way: day dividers between, groups of one sender's marked. */
export function rowsOf(
  messages: readonly Message[],
  pending: readonly Entry[],
  stream: { id: string; text: string } | null,
  me: string | undefined,
): Row[] {
  const rows: Row[] = [];
  let day = "";
  let last: { who: string; at: number; row: Extract<Row, { starts: boolean }> } | undefined;
  const put = (row: Extract<Row, { starts: boolean }>, who: string, at: string) => {
    const moment = Date.parse(at);
    const own = dayOf(at);
    if (own !== day) {
      rows.push({ kind: "day", key: `day:${own}`, at });
      day = own;
      last = undefined;
    }
    if (last && last.who === who && moment - last.at < GROUP_MS) {
      last.row.ends = false;
      row.starts = false;
    }
    last = { who, at: moment, row };
    rows.push(row);
  };
  for (const message of messages) {
    // the key stays when the server confirms what we wrote
    const key = message.sender_id === me && message.client_id ? message.client_id : message.id;
    const who = message.type === "system" ? `system:${message.id}` : message.sender_id;
    put({ kind: "message", key, message, starts: true, ends: true }, who, message.created_at);
  }
  for (const entry of pending)
    put({ kind: "pending", key: entry.client_id, entry, starts: true, ends: true }, me ?? "", entry.created_at);
  if (stream) rows.push({ kind: "stream", key: stream.id, text: stream.text });
  return rows;
}
