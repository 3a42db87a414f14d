/** Messages and private notes in one row, with what stands between them. */
import { mergeByTime, rowsOf } from "../../kit/rows";
import type { Message, Note } from "../../wire/schema";

type Item =
  | { kind: "day"; key: string; at: string }
  /** `continues`: the same person said something just before. */
  | { kind: "message"; key: string; message: Message; continues: boolean }
  | { kind: "note"; key: string; note: Note };

/** Notes of a time whose messages are not held are left out. */
export function timeline(messages: readonly Message[], notes: Note[], hasOlder: boolean, hasNewer: boolean): Item[] {
  const from = hasOlder ? (messages[0]?.created_at ?? "") : "";
  const to = hasNewer ? (messages.at(-1)?.created_at ?? "") : "\uffff";
  const between = notes.filter((note) => note.created_at >= from && note.created_at <= to);
  return rowsOf(mergeByTime(messages, between), saidIn).map((row) => {
    if (row.kind === "day") return row;
    const { item } = row;
    return isMessage(item)
      ? { kind: "message", key: item.id, message: item, continues: !row.starts }
      : { kind: "note", key: item.id, note: item };
  });
}

const isMessage = (item: Message | Note): item is Message => "seq" in item;

/** A note interrupts, and so does the server's own sentence. */
const saidIn = (item: Message | Note) => ({
  at: item.created_at,
  who: isMessage(item) && item.type !== "system" ? `${item.type} ${item.sender_id}` : null,
});
