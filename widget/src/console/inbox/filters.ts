/** Which conversations the list shows. */
import { signal } from "@preact/signals";
import type { ListQuery } from "../desk/api";
import type { Conversation, ConversationKind, ConversationStatus, PriorityWord, ViewWord } from "../../wire/schema";
import { isWork } from "../desk/words";
import { me } from "../session";
import { StoredValue } from "../../client/store";
import { store } from "../storage";

export interface Filters {
  view: ViewWord;
  status: ConversationStatus | "all";
  search: string;
  label: number | null;
  priority: PriorityWord | null;
  kind: ConversationKind | null;
}

const kept = new StoredValue<Partial<Filters>>(store, "filters");

/** Unassigned opens with those who wait for a person; the rest of it the bot is talking to. */
const usual: Record<ViewWord, Filters["status"]> = { mine: "open", unassigned: "pending", all: "all" };

const none: Filters = { view: "all", status: usual.all, search: "", label: null, priority: null, kind: null };

export const filters = signal<Filters>({ ...none, ...kept.get(), search: "" });

export function filter(change: Partial<Filters>): void {
  const next = { ...filters.value, ...change };
  if (change.view && change.status === undefined) next.status = usual[change.view];
  filters.value = next;
  kept.set({ ...next, search: "" });
}

export const clearFilters = () => filter({ search: "", label: null, priority: null, kind: null });

/** How many of the filters behind the button hold. */
export const countOf = (of: Filters) => [of.label, of.priority, of.kind].filter((one) => one !== null).length;

export const queryOf = (of: Filters): ListQuery => ({
  view: of.view,
  status: of.status === "all" ? undefined : of.status,
  search: of.search.trim() || undefined,
  label: of.label ?? undefined,
  priority: of.priority ?? undefined,
  kind: of.kind ?? undefined,
});

/** Whether a conversation belongs in the list; undefined where only the server can tell. */
export function matches(conversation: Conversation, of: Filters): boolean | undefined {
  const inView =
    of.view === "all" ||
    (of.view === "mine" ? conversation.assignee?.id === me.value?.id : !conversation.assignee && isWork(conversation));
  const fits =
    inView &&
    (of.status === "all" || conversation.status === of.status) &&
    (of.label === null || conversation.labels?.some((label) => label.id === of.label) === true) &&
    (of.priority === null || conversation.priority === of.priority) &&
    (of.kind === null || conversation.kind === of.kind);
  if (!fits) return false;
  return of.search.trim() ? undefined : true;
}
