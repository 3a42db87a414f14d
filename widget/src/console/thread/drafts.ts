/** What was begun and not sent, per conversation; it survives leaving the conversation and the page. */
import { StoredValue } from "../../client/store";
import { store } from "../storage";

export interface Draft {
  mode: "reply" | "note";
  reply: string;
  note: string;
}

/** More are not kept: the oldest go. */
const MAX_DRAFTS = 100;
const kept = new StoredValue<Record<string, Draft>>(store, "drafts");

export const draftOf = (id: string): Draft => kept.get()?.[id] ?? { mode: "reply", reply: "", note: "" };

export function keepDraft(id: string, draft: Draft): void {
  const { [id]: _, ...rest } = kept.get() ?? {};
  const all = draft.reply || draft.note || draft.mode === "note" ? { ...rest, [id]: draft } : rest;
  kept.set(Object.fromEntries(Object.entries(all).slice(-MAX_DRAFTS)));
}

export const forgetDrafts = () => kept.set(null);
