/** Messages and private notes in one row, with what stands between them. */
import type { Message, Note } from "../../wire/schema";
import { dayOf } from "../desk/time";

type Item =
  | { kind: "day"; key: string; time: string }
  | {
      kind: "message";
      key: string;
      message: Message /** Continues what the same person said just before. */;
      continues: boolean;
    }
  | { kind: "note"; key: string; note: Note };

/** Said within this time by the same person, messages stand together. */
const TOGETHER = 5 * 60_000;

export function timeline(messages: readonly Message[], notes: Note[], hasOlder: boolean, hasNewer: boolean): Item[] {
  const from = hasOlder ? (messages[0]?.created_at ?? "") : "";
  const to = hasNewer ? (messages[messages.length - 1]?.created_at ?? "") : "\uffff";
  const between = notes.filter((note) => note.created_at >= from && note.created_at <= to);
  const all: ({ created_at: string } & ({ message: Message } | { note: Note }))[] = [
    ...messages.map((message) => ({ created_at: message.created_at, message })),
    ...between.map((note) => ({ created_at: note.created_at, note })),
  ];
  // messages keep the order of their seq; a note stands before the first message that is younger
  all.sort((a, b) =>
    "message" in a && "message" in b ? a.message.seq - b.message.seq : a.created_at < b.created_at ? -1 : 1,
  );
  const items: Item[] = [];
  let day = NaN;
  let last: Message | null = null;
  for (const one of all) {
    if (dayOf(one.created_at) !== day) {
      day = dayOf(one.created_at);
      items.push({ kind: "day", key: `day-${day}`, time: one.created_at });
      last = null;
    }
    if ("note" in one) {
      items.push({ kind: "note", key: one.note.id, note: one.note });
      last = null;
    } else {
      const { message } = one;
      const continues =
        last !== null &&
        message.type !== "system" &&
        last.type === message.type &&
        last.sender_id === message.sender_id &&
        Date.parse(message.created_at) - Date.parse(last.created_at) < TOGETHER;
      items.push({ kind: "message", key: message.id, message, continues });
      last = message;
    }
  }
  return items;
}
