/**
 * Messages that the signed-in person has not seen: the server counts them for participants, this page for who looks on.
 */
import { signal } from "@preact/signals";
import type { Conversation } from "../../wire/schema";
import { me } from "../session";

const seenHere = signal<Record<string, number>>({});

export const takesPart = (conversation: Conversation) =>
  conversation.participants.some((one) => one.id === me.value?.id);

export const unreadOf = (conversation: Conversation): number =>
  takesPart(conversation) ? conversation.unread_count : (seenHere.value[conversation.id] ?? 0);

export function countUnread(id: string): void {
  seenHere.value = { ...seenHere.value, [id]: (seenHere.value[id] ?? 0) + 1 };
}

export function clearUnread(id: string): void {
  if (!seenHere.value[id]) return;
  const { [id]: _, ...rest } = seenHere.value;
  seenHere.value = rest;
}
