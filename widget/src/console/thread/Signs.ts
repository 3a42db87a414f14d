/** Fleeting signs in a conversation: who is there, who types, what the bot is saying. */
import type { InFrame } from "../../wire/frames";
import { signal } from "@preact/signals";
import type { Message } from "../../wire/schema";
import { me } from "../session";

/** A typing sign that is not renewed ends by itself. */
const TYPING = 6_000;

export class Signs {
  /** Ids of people with an open socket. */
  readonly online = signal<ReadonlySet<string>>(new Set());
  /** Usernames by id. */
  readonly typing = signal<ReadonlyMap<string, string>>(new Map());
  readonly botTypes = signal(false);
  /** The reply as far as it was streamed. */
  readonly stream = signal<{ message_id: string; text: string; next: number } | null>(null);
  private readonly ends = new Map<string, ReturnType<typeof setTimeout>>();

  frame(frame: InFrame): void {
    const id = String(frame["user_id"]);
    switch (frame.type) {
      case "typing":
        if (id !== me.value?.id) this.types(id, frame["is_typing"] ? String(frame["username"]) : null);
        return;
      case "user_joined":
        return this.is(id, true);
      case "user_left":
        this.types(id, null);
        return this.is(id, false);
      case "presence":
        return this.is(id, frame["status"] !== "offline");
      case "bot:typing":
        this.botTypes.value = true;
        return this.later("bot", 30_000, () => this.quiet());
      case "bot:delta":
        return this.streamed(String(frame["message_id"]), Number(frame["index"]), String(frame["text"]));
    }
  }

  /** Who has said something does not type it any more. */
  spoke(message: Message): void {
    if (message.type === "bot") this.quiet();
    else this.types(message.sender_id, null);
  }

  /** The connection is lost: nothing is known of anybody. */
  nobody(): void {
    this.typing.value = new Map();
    this.online.value = new Set();
    this.quiet();
  }

  close(): void {
    this.ends.forEach((end) => clearTimeout(end));
  }

  private quiet(): void {
    clearTimeout(this.ends.get("bot"));
    this.botTypes.value = false;
    this.stream.value = null;
  }

  private streamed(message_id: string, index: number, text: string): void {
    const held = this.stream.value;
    this.botTypes.value = true;
    this.later("bot", 30_000, () => this.quiet());
    if (index === 0) this.stream.value = { message_id, text, next: 1 };
    else if (held?.message_id === message_id && held.next === index)
      this.stream.value = { message_id, text: held.text + text, next: index + 1 };
    // a piece is missing, as after a reconnection: the whole message comes at the end
  }

  private is(id: string, online: boolean): void {
    if (this.online.value.has(id) === online) return;
    const next = new Set(this.online.value);
    if (online) next.add(id);
    else next.delete(id);
    this.online.value = next;
  }

  private types(id: string, username: string | null): void {
    const next = new Map(this.typing.value);
    clearTimeout(this.ends.get(id));
    if (username === null) {
      if (!next.delete(id)) return;
    } else {
      next.set(id, username);
      this.later(id, TYPING, () => this.types(id, null));
    }
    this.typing.value = next;
  }

  private later(key: string, wait: number, work: () => void): void {
    clearTimeout(this.ends.get(key));
    this.ends.set(key, setTimeout(work, wait));
  }
}
