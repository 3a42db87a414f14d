import type { Chat } from "./chat";

/** While somebody goes on typing the others are told again after this, before `client/presence` lets it end. */
const AGAIN_MS = 3000;
/** Who has not pressed a key for so long does not type any more. */
const IDLE_MS = 4000;

/** Tells the others that we type, as seldom as they need. */
export class TypingSignal {
  private toldAt = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly chat: Chat) {}

  /** The text has changed; `hasText`: there is something in the field. */
  typed(hasText: boolean): void {
    if (!hasText) return this.stop();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), IDLE_MS);
    if (Date.now() - this.toldAt < AGAIN_MS) return;
    this.toldAt = Date.now();
    this.tell(true);
  }

  /** The message is sent, or left alone. */
  stop(): void {
    clearTimeout(this.idle);
    if (this.toldAt === 0) return;
    this.toldAt = 0;
    this.tell(false);
  }

  private tell(isTyping: boolean): void {
    const { chat } = this;
    const id = chat.conversation.id.value;
    if (id === null) return;
    chat.incoming.isTypingHere = isTyping;
    if (chat.connection.send({ type: "typing", is_typing: isTyping })) return;
    // a hint: nobody misses one that is lost
    if (chat.connection.state.value === "polling")
      chat.rest.call("POST", "/api/chat/typing/", { conversation_id: id, is_typing: isTyping }).catch(() => undefined);
  }
}
