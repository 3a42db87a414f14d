import { dayOf } from "./time";

/** When something was said, and by whom; null: by nobody in particular, it stands alone. */
interface Said {
  at: string;
  who: string | null;
}

/** What a log shows, one under the other: the divider of a day, or something said and its place in its group. */
type Row<T> = { kind: "day"; key: string; at: string } | { kind: "item"; item: T; starts: boolean; ends: boolean };

/** What one person says within this time of each other is one group. */
const GROUP_MS = 5 * 60_000;

/** Puts a divider where a day begins, and finds the groups of what one person says without interruption. */
export function rowsOf<T>(items: readonly T[], saidOf: (item: T) => Said): Row<T>[] {
  const rows: Row<T>[] = [];
  let day = Number.NaN;
  let last: { said: Said; row: Extract<Row<T>, { kind: "item" }> } | undefined;
  for (const item of items) {
    const said = saidOf(item);
    if (dayOf(said.at) !== day) {
      day = dayOf(said.at);
      rows.push({ kind: "day", key: `day:${day}`, at: said.at });
      last = undefined;
    }
    const continues = last !== undefined && isOneGroup(last.said, said);
    if (last && continues) last.row.ends = false;
    const row = { kind: "item" as const, item, starts: !continues, ends: true };
    rows.push(row);
    last = { said, row };
  }
  return rows;
}

const isOneGroup = (before: Said, after: Said): boolean =>
  before.who !== null && before.who === after.who && Date.parse(after.at) - Date.parse(before.at) < GROUP_MS;

/** Puts what has only a time between messages, whose order stays: each before the first message that is younger. */
export function mergeByTime<M extends { created_at: string }, N extends { created_at: string }>(
  messages: readonly M[],
  between: readonly N[],
): (M | N)[] {
  const waiting = [...between].sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  const merged: (M | N)[] = [];
  let at = 0;
  for (const message of messages) {
    for (let next = waiting[at]; next && next.created_at < message.created_at; next = waiting[++at]) merged.push(next);
    merged.push(message);
  }
  return [...merged, ...waiting.slice(at)];
}
