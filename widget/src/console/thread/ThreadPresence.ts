/** What people in a conversation do right now: who is online, who types, what the bot is streaming. */
import { signal } from "@preact/signals";
import { Presence } from "../../client/presence";
import type { InFrame } from "../../wire/frames";
import { me } from "../session";

export class ThreadPresence extends Presence {
  /** Ids of people with an open socket. */
  readonly online = signal<ReadonlySet<string>>(new Set());

  frame(frame: InFrame): void {
    const id = String(frame["user_id"]);
    switch (frame.type) {
      case "typing":
        if (id !== me.value?.id) this.typed(id, String(frame["username"]), frame["is_typing"] === true);
        return;
      case "user_joined":
        return this.setOnline(id, true);
      case "user_left":
        this.typed(id, "", false);
        return this.setOnline(id, false);
      case "presence":
        return this.setOnline(id, frame["status"] !== "offline");
      case "bot:typing":
        return this.botTyped();
      case "bot:delta":
        return this.streamed(String(frame["message_id"]), Number(frame["index"]), String(frame["text"]));
    }
  }

  /** The connection is lost: nothing is known of anybody. */
  override clear(): void {
    super.clear();
    this.online.value = new Set();
  }

  private setOnline(id: string, online: boolean): void {
    if (this.online.value.has(id) === online) return;
    const next = new Set(this.online.value);
    if (online) next.add(id);
    else next.delete(id);
    this.online.value = next;
  }
}
