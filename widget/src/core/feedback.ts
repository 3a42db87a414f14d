import { signal } from "@preact/signals";
import { readJson } from "../client/store";
import type { Message } from "../wire/schema";
import type { Chat } from "./chat";

/** So many answers are remembered with what was thought of them. */
const REMEMBERED = 200;

/** What a visitor thought of the bot's answers; remembered in this browser, for the server does not say it again. */
export class Feedback {
  private readonly given = signal<Readonly<Record<string, boolean>>>({});
  /** Those whose news is on its way: a second click waits for the first. */
  private readonly sending = new Set<string>();

  constructor(private readonly chat: Chat) {
    this.given.value = readJson<Record<string, boolean>>(chat.store, this.key) ?? {};
  }

  /** Whether an answer helped, where that was said. */
  of({ id }: Pick<Message, "id">): boolean | undefined {
    return this.given.value[id];
  }

  /** Says whether an answer helped; the same again takes it back. Fails where the server does not take it. */
  async give({ id }: Pick<Message, "id">, helpful: boolean): Promise<void> {
    if (this.sending.has(id)) return;
    this.sending.add(id);
    const before = this.given.value[id];
    const now = before === helpful ? undefined : helpful;
    this.keep(id, now);
    try {
      await this.chat.rest.call("PUT", `/api/chat/messages/${id}/helpful`, { helpful: now ?? null });
    } catch (error) {
      this.keep(id, before);
      throw error;
    } finally {
      this.sending.delete(id);
    }
  }

  private keep(id: string, helpful: boolean | undefined): void {
    const others = Object.entries(this.given.value).filter(([known]) => known !== id);
    const all = helpful === undefined ? others : [...others, [id, helpful] as const];
    this.given.value = Object.fromEntries(all.slice(-REMEMBERED));
    this.chat.store.set(this.key, JSON.stringify(this.given.value));
  }

  private get key(): string {
    return `helpful:${this.chat.session.name}`;
  }
}

const made = new WeakMap<Chat, Feedback>();

/** A chat's; made when the first answer is shown. */
export function feedbackOf(chat: Chat): Feedback {
  const feedback = made.get(chat) ?? new Feedback(chat);
  made.set(chat, feedback);
  return feedback;
}
