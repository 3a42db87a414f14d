/** Completing what is typed: canned replies after `/`, colleagues after `@` in notes. */
import { cannedReplies, colleagues } from "../desk/directory";
import { me } from "../session";

export interface Choice {
  key: string;
  title: string;
  detail: string;
  /** Takes the place of what was typed. */
  text: string;
}

export interface Completion {
  kind: "canned" | "mention";
  /** Where what is to be replaced begins and ends. */
  from: number;
  to: number;
  typed: string;
}

const AT_MOST = 30;

/** What is being completed at the caret. */
export function completionAt(text: string, caret: number, mode: "reply" | "note"): Completion | null {
  const before = text.slice(0, caret);
  const slash = /(?:^|\s)\/([A-Za-z0-9_-]*)$/.exec(before);
  if (slash) return { kind: "canned", from: caret - (slash[1]?.length ?? 0) - 1, to: caret, typed: slash[1] ?? "" };
  const mention = mode === "note" ? /(?:^|[\s(])@([\p{L}\p{N}_.-]*)$/u.exec(before) : null;
  return mention
    ? { kind: "mention", from: caret - (mention[1]?.length ?? 0) - 1, to: caret, typed: mention[1] ?? "" }
    : null;
}

/** Those that begin so first, then those that hold it. */
export function choicesFor(completion: Completion): Choice[] {
  const typed = completion.typed.toLowerCase();
  if (completion.kind === "canned") {
    const all = cannedReplies.items.value.map((one) => ({
      key: String(one.id),
      title: `/${one.shortcut}`,
      detail: one.text,
      text: one.text,
      name: one.shortcut,
      more: one.text,
    }));
    return best(all, typed);
  }
  const others = colleagues.items.value.filter((one) => one.id !== me.value?.id);
  return best(
    others.map((one) => ({
      key: one.id,
      title: one.name,
      detail: `@${one.username}${one.department ? ` · ${one.department}` : ""}`,
      text: `@${one.username} `,
      name: one.username,
      more: one.name,
    })),
    typed,
  );
}

function best(all: (Choice & { name: string; more: string })[], typed: string): Choice[] {
  const begins = all.filter((one) => one.name.toLowerCase().startsWith(typed));
  const holds = all.filter(
    (one) =>
      !begins.includes(one) && (one.name.toLowerCase().includes(typed) || one.more.toLowerCase().includes(typed)),
  );
  return [...begins, ...holds].slice(0, AT_MOST);
}
