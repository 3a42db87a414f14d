/** What was begun and not sent, per conversation; it survives leaving the conversation and the page. */
import { Kept } from "../../client/store";
import { store } from "../storage";

export interface Draft {
  mode: "reply" | "note";
  reply: string;
  note: string;
}

/** More are not kept: the oldest go. */
const AT_MOST = 100;
const kept = new Kept<Record<string, Draft>>(store, "drafts");

export const draftOf = (id: string): Draft => kept.get()?.[id] ?? { mode: "reply", reply: "", note: "" };

export function keepDraft(id: string, draft: Draft): void {
  const { [id]: _, ...rest } = kept.get() ?? {};
  const all = draft.reply || draft.note || draft.mode === "note" ? { ...rest, [id]: draft } : rest;
  kept.set(Object.fromEntries(Object.entries(all).slice(-AT_MOST)));
}

export const forgetDrafts = () => kept.set(null);
