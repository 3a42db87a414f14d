/** What changed between two states of an article, for people to read. */
import { diffArrays, diffWordsWithSpace } from "diff";
import type { ArticleContent } from "../../../wire/schema";

/** A piece of a text: in both states, or in one of them. */
export interface Piece {
  kind: "same" | "added" | "removed";
  text: string;
}

/** What is shown of a text: pieces one after the other, or lines that are left out because they are the same. */
export type Part = { kind: "pieces"; pieces: Piece[] } | { kind: "gap"; lines: number };

export interface FieldChange {
  name: string;
  parts: Part[];
}

/** Lines that are shown around a change. */
const AROUND = 2;
/** Texts that have more changes than this in common are shown as one replaced by the other: nobody could read that. */
const MOST_CHANGES = 1500;

/** What is different, field by field; what is the same is not there. */
export function compare(before: ArticleContent, after: ArticleContent): FieldChange[] {
  const fields: [string, string, string][] = [
    ["Title", before.title, after.title],
    ["Category", before.category ?? "", after.category ?? ""],
    ["Tags", before.tags.join(", "), after.tags.join(", ")],
    ["Example questions", before.questions.join("\n"), after.questions.join("\n")],
    ["Text", before.body, after.body],
  ];
  return fields.filter(([, old, now]) => old !== now).map(([name, old, now]) => ({ name, parts: partsOf(old, now) }));
}

function partsOf(before: string, after: string): Part[] {
  const chunks = diffArrays(before.split("\n"), after.split("\n"), { maxEditLength: MOST_CHANGES });
  if (!chunks) return [{ kind: "pieces", pieces: replaced(before, after) }];
  const parts: Part[] = [];
  for (let at = 0; at < chunks.length; at += 1) {
    const chunk = chunks[at]!;
    const next = chunks[at + 1];
    if (!chunk.added && !chunk.removed) parts.push(...unchanged(chunk.value, at === 0, next === undefined));
    else if (chunk.removed && next?.added) {
      parts.push({ kind: "pieces", pieces: changed(chunk.value.join("\n"), next.value.join("\n")) });
      at += 1;
    } else {
      const kind = chunk.added ? "added" : "removed";
      parts.push({ kind: "pieces", pieces: [{ kind, text: chunk.value.join("\n") }] });
    }
  }
  return parts;
}

/** Lines that are the same: those next to a change, and how many there are between. */
function unchanged(lines: string[], isFirst: boolean, isLast: boolean): Part[] {
  const [head, tail] = [isFirst ? 0 : AROUND, isLast ? 0 : AROUND];
  const same = (some: string[]): Part[] =>
    some.length === 0 ? [] : [{ kind: "pieces", pieces: [{ kind: "same", text: some.join("\n") }] }];
  const between = lines.length - head - tail;
  if (between <= 1) return same(lines);
  return [...same(lines.slice(0, head)), { kind: "gap", lines: between }, ...same(lines.slice(lines.length - tail))];
}

/** The words that changed in lines that changed. */
function changed(before: string, after: string): Piece[] {
  const words = diffWordsWithSpace(before, after, { maxEditLength: MOST_CHANGES });
  if (!words) return replaced(before, after);
  return words.map(({ added, removed, value }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    text: value,
  }));
}

const replaced = (before: string, after: string): Piece[] => [
  { kind: "removed", text: before },
  { kind: "added", text: after },
];
