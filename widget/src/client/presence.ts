import { signal } from "@preact/signals-core";

/** Nobody says that they stopped when their connection is lost: typing ends by itself after this. */
const TYPING_MS = 6000;
/** The same for the bot, whose answer may take longer. */
const BOT_MS = 30_000;

/** A reply of the bot that is being made. */
interface Stream {
  id: string;
  text: string;
}

/** What others are doing right now; none of it is stored. */
export class Presence {
  /** Who is typing: user id → name. */
  readonly typing = signal<ReadonlyMap<string, string>>(new Map());
  /** Whether the bot is working on a reply. */
  readonly botTyping = signal(false);
  /** What there is of the bot's reply. */
  readonly stream = signal<Stream | null>(null);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private pieces: string[] = [];

  /** Somebody types, or has stopped. */
  typed(id: string, name: string, isTyping: boolean): void {
    clearTimeout(this.timers.get(id));
    if (isTyping)
      this.timers.set(
        id,
        setTimeout(() => this.typed(id, name, false), TYPING_MS),
      );
    if (isTyping === this.typing.value.has(id)) return;
    const next = new Map(this.typing.value);
    if (isTyping) next.set(id, name);
    else next.delete(id);
    this.typing.value = next;
  }

  /** The bot works on a reply, or has stopped. */
  botTyped(isTyping = true): void {
    clearTimeout(this.timers.get("bot"));
    if (isTyping)
      this.timers.set(
        "bot",
        setTimeout(() => this.botTyped(false), BOT_MS),
      );
    this.botTyping.value = isTyping;
  }

  /** Pieces come in any order; what follows a missing one is held back. */
  streamed(id: string, index: number, text: string): void {
    if (this.stream.value?.id !== id) this.pieces = [];
    this.pieces[index] = text;
    let whole = "";
    for (const piece of this.pieces) {
      if (piece === undefined) break;
      whole += piece;
    }
    this.botTyped();
    this.stream.value = { id, text: whole };
  }

  /** A message of theirs is here: they do not type any more. */
  spoke(senderId: string, isBot: boolean): void {
    this.typed(senderId, "", false);
    if (!isBot) return;
    this.botTyped(false);
    this.stream.value = null;
  }

  /** Forgets everything: the connection is lost, or the conversation left. */
  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.typing.value = new Map();
    this.botTyping.value = false;
    this.stream.value = null;
  }
}
