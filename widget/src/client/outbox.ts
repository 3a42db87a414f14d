import { signal } from "@preact/signals-core";
import type { Attachment } from "../wire/schema";
import { type Store, readJson } from "./store";

/** A message of ours that the server has not acknowledged yet, or that is not yet among the messages. */
export interface Entry {
  client_id: string;
  text: string;
  attachment?: Attachment;
  reply_to?: string;
  created_at: string;
  /** Where it belongs; a message that begins a conversation has none yet. */
  conversation?: string;
  /** `sent`: durable, but not yet seen among the messages. */
  state: "queued" | "sending" | "sent" | "failed";
  /** Why it failed, for people. */
  error?: string;
}

/** What a message is made of. */
export type Draft = Pick<Entry, "text" | "attachment" | "reply_to" | "conversation">;

const PREFIX = "out:";

/** Messages on their way. Each is kept under a key of its own, so that tabs never write over each other's. */
export class Outbox {
  /** In the order they were written. */
  readonly entries = signal<readonly Entry[]>([]);

  constructor(
    private readonly store: Store,
    /** Whose messages: another user of this browser must not send them. */
    private readonly owner: string,
  ) {
    const kept = store.keys(this.key("")).map((key) => readJson<Entry>(store, key));
    const entries = kept.filter((entry) => entry !== null);
    this.entries.value = entries
      .map((entry) => ({ ...entry, state: entry.state === "failed" ? entry.state : ("queued" as const) }))
      .sort((a, b) => a.created_at.localeCompare(b.created_at));
  }

  /** Keeps a message, to be sent. */
  add(draft: Draft): Entry {
    const entry: Entry = { ...draft, client_id: `w-${uniqueId()}`, created_at: this.now(), state: "queued" };
    this.keep(entry);
    this.entries.value = [...this.entries.value, entry];
    return entry;
  }

  /** The next to be sent in this conversation, in the order they were written. */
  next(conversation: string | null): Entry | undefined {
    return this.entries.value.find((entry) => entry.state === "queued" && belongs(entry, conversation));
  }

  /** Whether it is still on its way. */
  has(client_id: string): boolean {
    return this.entries.value.some((entry) => entry.client_id === client_id);
  }

  /** Notes how far a message is; `error` is why it failed, for people. */
  mark(client_id: string, state: Entry["state"], error?: string): void {
    this.entries.value = this.entries.value.map((entry) => {
      if (entry.client_id !== client_id) return entry;
      const next = { ...entry, state, error };
      // what is durable at the server needs no keeping here
      if (state === "sent") this.store.remove(this.key(client_id));
      else this.keep(next);
      return next;
    });
  }

  /** Everything that was on its way has to be sent again: its connection is gone. */
  requeue(): void {
    for (const entry of this.entries.value) if (entry.state === "sending") this.mark(entry.client_id, "queued");
  }

  /** Forgets a message that is durable at the server, or was discarded. */
  remove(client_id: string): void {
    this.store.remove(this.key(client_id));
    if (this.has(client_id)) this.entries.value = this.entries.value.filter((entry) => entry.client_id !== client_id);
  }

  /** Forgets all messages. */
  clear(): void {
    for (const entry of this.entries.value) this.remove(entry.client_id);
  }

  private keep(entry: Entry): void {
    this.store.set(this.key(entry.client_id), JSON.stringify(entry));
  }

  private key(client_id: string): string {
    return `${PREFIX}${this.owner}:${client_id}`;
  }

  /** Later than every entry before: their order is the order of these. */
  private now(): string {
    const last = this.entries.value.at(-1)?.created_at;
    const now = new Date().toISOString();
    return last !== undefined && last >= now ? new Date(Date.parse(last) + 1).toISOString() : now;
  }
}

/** Whether it is shown and sent in this conversation. */
export const belongs = (entry: Entry, conversation: string | null): boolean =>
  entry.conversation === undefined || entry.conversation === conversation;

/** randomUUID is only there on https; this is everywhere. */
export function uniqueId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
