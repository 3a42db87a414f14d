/** The inbox's socket: what happens anywhere reaches the list, and whoever listens. */
import type { InFrame } from "../../wire/frames";
import { conversations } from "../desk/api";
import { Channel } from "../desk/Channel";
import type { Conversation, Message } from "../../wire/schema";
import { openConversation } from "../router";
import { me } from "../session";
import { connection } from "../shell/connection";
import { apply, entry, load, recount } from "./list";
import { countUnread, takesPart } from "./unread";

type Listener = (frame: InFrame) => void;
const listeners = new Set<Listener>();

/** Hears every frame of the inbox. Returns what ends that. */
export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the socket. Returns what closes it. */
export function openInbox(): () => void {
  let before = false;
  const channel = new Channel({
    path: () => "/ws/inbox/",
    state: (state) => {
      if (state === "live") {
        connection.value = "live";
        // what happened meanwhile is not sent again: the list is read anew
        if (before) void load(false);
        recount();
        before = true;
      } else if (state !== "closed") {
        connection.value = navigator.onLine === false ? "offline" : before ? "reconnecting" : state;
      }
    },
    frame: (frame) => {
      if (frame.type === "conversation:changed") changed(frame["conversation"] as Conversation);
      else if (frame.type === "message:new") arrived(frame["message"] as Message);
      listeners.forEach((listener) => listener(frame));
    },
  });
  return () => channel.close();
}

function changed(conversation: Conversation): void {
  apply(conversation);
  recount(1_000);
}

/** The frame of a message says nothing of the conversation's other members: they stay as known, or are read. */
function arrived(message: Message): void {
  const id = message.conversation_id;
  const known = entry(id)?.value;
  const foreign = message.sender_id !== me.value?.id;
  const seen = openConversation() === id && document.hasFocus();
  if (!known) {
    conversations.get(id).then(apply, () => undefined);
    if (foreign && message.type === "user") countUnread(id);
    return;
  }
  if (known.last_seq >= message.seq) return;
  if (foreign && !seen && message.type === "user" && !takesPart(known)) countUnread(id);
  const unread_count = known.unread_count + (foreign && !seen && takesPart(known) ? 1 : 0);
  apply({ ...known, last_message: message, last_seq: message.seq, updated_at: message.created_at, unread_count });
}
