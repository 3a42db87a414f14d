import { signal } from "@preact/signals";
import { Problem } from "../client/problem";
import { readJson } from "../client/store";
import type { Page } from "../wire/page";
import type { Conversation, Message, SearchHit } from "../wire/schema";
import type { Chat } from "./chat";

/** So many reacted-to messages are remembered. */
const REMEMBERED = 200;

/**
 * What a visitor does to messages that are there already, and to the conversation. The stream brings what came of it.
 */
export class Actions {
  /** Own reactions: the server counts them, but does not say whose they are. */
  private readonly mine = signal<readonly string[]>([]);

  constructor(private readonly chat: Chat) {
    this.mine.value = readJson<string[]>(chat.store, this.key) ?? [];
  }

  edit(message: Message, text: string): Promise<unknown> {
    return this.chat.rest.call("PATCH", `/api/chat/messages/${message.id}/`, { text });
  }

  delete(message: Message): Promise<unknown> {
    return this.chat.rest.call("DELETE", `/api/chat/messages/${message.id}/`);
  }

  hasReacted(message: Message, emoji: string): boolean {
    return this.mine.value.includes(`${message.id} ${emoji}`) && (message.reactions[emoji] ?? 0) > 0;
  }

  /** Puts a reaction, or takes it back. */
  async react(message: Message, emoji: string): Promise<void> {
    const had = this.hasReacted(message, emoji);
    await this.chat.rest.call(
      had ? "DELETE" : "PUT",
      `/api/chat/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`,
    );
    const name = `${message.id} ${emoji}`;
    const others = this.mine.value.filter((known) => known !== name);
    this.mine.value = had ? others : [...others, name].slice(-REMEMBERED);
    this.chat.store.set(this.key, JSON.stringify(this.mine.value));
  }

  /** Asks for a person; `sentence` is said where the server has no other way, or nothing was said yet. */
  async askForPerson(sentence: string): Promise<void> {
    const id = this.chat.conversation.id.value;
    if (id === null) return this.chat.send(sentence);
    try {
      this.chat.conversation.describe(
        await this.chat.rest.call<Conversation>("POST", `/api/chat/conversations/${id}/handoff`),
      );
    } catch (error) {
      if (!(error instanceof Problem) || (error.status !== 404 && error.status !== 405)) throw error;
      this.chat.send(sentence);
    }
  }

  async search(words: string, signal: AbortSignal): Promise<Page<SearchHit>> {
    const id = this.chat.conversation.id.value;
    if (id === null) return { count: 0, next: null, results: [] };
    const query = new URLSearchParams({ q: words, conversation_id: id, limit: "50" });
    return this.chat.rest.call<Page<SearchHit>>("GET", `/api/chat/search?${query}`, undefined, { signal });
  }

  /** Loads the history back to a message; false where it is not in it. */
  async loadBackTo(messageId: string): Promise<boolean> {
    const { conversation } = this.chat;
    const isThere = () => conversation.timeline.messages.value.some((message) => message.id === messageId);
    while (!isThere() && conversation.timeline.hasOlder) await conversation.loadOlder();
    return isThere();
  }

  private get key(): string {
    return `reactions:${this.chat.session.name}`;
  }
}
