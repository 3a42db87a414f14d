/** The conversations of the list: pages by cursor, kept current by what the inbox's socket tells. */
import { type Signal, batch, signal } from "@preact/signals";
import { conversations } from "../desk/api";
import type { Conversation, ConversationCounts } from "../../wire/schema";
import { type Filters, filters, matches, queryOf } from "./filters";

const PAGE = 50;

/** In the order of the list; each conversation has a signal of its own, so that a change draws one row. */
export const ids = signal<string[]>([]);
/** How many there are on all pages. */
export const count = signal(0);
export const loading = signal(false);
export const failed = signal<unknown>(null);
export const counts = signal<ConversationCounts | null>(null);
const next = signal<string | null>(null);

const entries = new Map<string, Signal<Conversation>>();

/** The list's or the thread's conversation of this id, where it is known. */
export const entry = (id: string): Signal<Conversation> | undefined => entries.get(id);

/** Keeps what was read or heard of a conversation. */
export function keep(conversation: Conversation): Signal<Conversation> {
  const known = entries.get(conversation.id);
  if (!known) {
    const made = signal(conversation);
    entries.set(conversation.id, made);
    return made;
  }
  known.value = conversation;
  return known;
}

let reading: AbortController | undefined;

/** Reads the first page again. The rows stay until it is there, unless they are of other filters. */
export async function load(fresh: boolean): Promise<void> {
  reading?.abort();
  const mine = (reading = new AbortController());
  batch(() => {
    loading.value = true;
    failed.value = null;
    if (fresh) {
      ids.value = [];
      count.value = 0;
      next.value = null;
    }
  });
  try {
    const page = await conversations.list({ ...queryOf(filters.value), limit: PAGE }, mine.signal);
    if (mine.signal.aborted) return;
    batch(() => {
      page.results.forEach(keep);
      ids.value = page.results.map((one) => one.id);
      count.value = page.count;
      next.value = page.next ?? null;
    });
  } catch (error) {
    if (!mine.signal.aborted) failed.value = error;
  } finally {
    if (!mine.signal.aborted) loading.value = false;
  }
}

/** Reads the next page, where there is one and none is on its way. */
export async function more(): Promise<void> {
  const cursor = next.value;
  if (!cursor || loading.value) return;
  reading?.abort();
  const mine = (reading = new AbortController());
  loading.value = true;
  try {
    const page = await conversations.list(
      { ...queryOf(filters.value), cursor: cursorOf(cursor), limit: PAGE },
      mine.signal,
    );
    if (mine.signal.aborted) return;
    batch(() => {
      page.results.forEach(keep);
      const known = new Set(ids.value);
      ids.value = [...ids.value, ...page.results.map((one) => one.id).filter((id) => !known.has(id))];
      count.value = page.count;
      next.value = page.next ?? null;
    });
  } catch (error) {
    if (!mine.signal.aborted) failed.value = error;
  } finally {
    if (!mine.signal.aborted) loading.value = false;
  }
}

/** `next` is a cursor, or an address that holds one. */
const cursorOf = (next: string) =>
  next.includes("cursor=") ? (new URL(next, location.href).searchParams.get("cursor") ?? next) : next;

/** Puts a conversation where it belongs now. */
export function apply(conversation: Conversation, of: Filters = filters.value): void {
  batch(() => {
    keep(conversation);
    const at = ids.value.indexOf(conversation.id);
    const belongs = matches(conversation, of) ?? at >= 0;
    if (!belongs) {
      if (at < 0) return;
      ids.value = ids.value.filter((id) => id !== conversation.id);
      count.value = Math.max(0, count.value - 1);
      return;
    }
    const rest = at < 0 ? [...ids.value] : ids.value.filter((id) => id !== conversation.id);
    const place = rest.findIndex((id) => (entries.get(id)?.value.updated_at ?? "") < conversation.updated_at);
    if (at < 0) count.value += 1;
    // older than all that is read, and there is more to read: its page will bring it
    if (place < 0 && at < 0 && next.value) return;
    rest.splice(place < 0 ? rest.length : place, 0, conversation.id);
    ids.value = rest;
  });
}

let counting: ReturnType<typeof setTimeout> | undefined;

/** Reads the tabs' counts; of many changes at once, once a second. */
export function recount(after = 0): void {
  if (after && counting) return;
  clearTimeout(counting);
  counting = setTimeout(async () => {
    counting = undefined;
    try {
      counts.value = await conversations.counts();
    } catch {
      // the list tells what is wrong; counts of the past would lie
      counts.value = null;
    }
  }, after);
}

/** After signing out. */
export function forgetList(): void {
  reading?.abort();
  entries.clear();
  batch(() => {
    ids.value = [];
    count.value = 0;
    counts.value = null;
    next.value = null;
    failed.value = null;
    loading.value = false;
  });
}
