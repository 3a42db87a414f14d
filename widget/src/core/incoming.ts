import { batch } from "@preact/signals";
import type { Outbox } from "../client/outbox";
import type { Presence } from "../client/presence";
import { fullName } from "../kit/names";
import type { InFrame } from "../wire/frames";
import type { Changes, Conversation, Message } from "../wire/schema";
import type { CurrentConversation } from "./conversation";

/** What the stream tells its chat. */
interface Listener {
  /** The server answered a frame of ours. */
  answered(frame: InFrame): void;
  /** Nothing is missing any more: what waits may be sent. */
  ready(): void;
  /** A message that is new here. */
  arrived(message: Message): void;
}

/** What the stream brings, by socket or by polling, put where it belongs. */
export class Incoming {
  /** Whether this very tab is telling the others that we type. */
  isTypingHere = false;

  constructor(
    private readonly conversation: CurrentConversation,
    private readonly presence: Presence,
    private readonly outbox: Outbox,
    private readonly listener: Listener,
  ) {}

  /** A frame of the socket's. */
  received(frame: InFrame): void {
    switch (frame.type) {
      case "connected":
        return this.connected(frame);
      case "message:new":
      case "message:changed":
        return this.changed(frame["message"] as Message);
      case "message:ack":
      case "error":
        return this.listener.answered(frame);
      case "conversation:changed":
        return this.conversation.changed(frame["conversation"] as Conversation);
      case "bot:typing":
        return this.presence.botTyped();
      case "bot:delta":
        // a piece that comes after its whole message says nothing new
        if (this.conversation.timeline.find(String(frame["message_id"]))) return;
        return this.presence.streamed(String(frame["message_id"]), Number(frame["index"]), String(frame["text"]));
      default:
        return this.signalled(frame);
    }
  }

  /** What changed since the stream's position, asked for. */
  caughtUp(changes: Changes): void {
    const { timeline } = this.conversation;
    this.apply(changes.messages);
    timeline.rev = Math.max(timeline.rev, changes.rev);
    this.listener.ready();
  }

  /** What is among the messages is not on its way any more, and who spoke has done typing. */
  settle(messages: readonly Message[]): void {
    for (const message of messages) {
      this.presence.spoke(message.sender_id, message.type === "bot");
      if (message.client_id && message.sender_id === this.conversation.userId.value)
        this.outbox.remove(message.client_id);
    }
  }

  private connected(frame: InFrame): void {
    const { conversation } = this;
    const online = Array.isArray(frame["online"]) ? frame["online"] : [];
    if (Array.isArray(frame["participants"])) conversation.meet(frame["participants"] as Conversation["participants"]);
    if (online.some((id) => id !== conversation.userId.value)) conversation.markDelivered();
    this.listener.ready();
  }

  private changed(message: Message): void {
    const id = this.conversation.id.value;
    if (message.conversation_id === id) this.apply([message]);
    // the inbox: a conversation of ours has begun elsewhere
    else if (id === null) this.conversation.enter(message.conversation_id);
  }

  private apply(messages: readonly Message[]): void {
    batch(() => {
      const fresh = this.conversation.timeline.apply(messages);
      this.settle(messages);
      for (const message of fresh) this.listener.arrived(message);
    });
  }

  /** Somebody came, types or has read. */
  private signalled(frame: InFrame): void {
    const id = String(frame["user_id"]);
    const isOther = id !== this.conversation.userId.value;
    if (frame.type === "typing") {
      // our own typing comes back: it is another tab's, unless it is this one that types
      if (isOther || !this.isTypingHere)
        this.presence.typed(id, this.nameOf(id, String(frame["username"])), frame["is_typing"] === true);
    } else if (frame.type === "read") {
      this.conversation.markReadBy(id, Number(frame["seq"]));
    } else if (frame.type === "user_joined" && isOther) {
      this.conversation.markDelivered();
    }
  }

  private nameOf(id: string, username: string): string {
    const person = this.conversation.details.value?.participants.find((one) => one.id === id);
    return person ? fullName(person) : username;
  }
}
