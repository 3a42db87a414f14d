/** How much of a conversation is held and drawn at once. */
import type { Message } from "../../wire/schema";

/** Messages held at most; scrolling on reads a page and lets the furthest one go. */
export const WINDOW = 200;

/** Both, each message once in its newest state, in order. */
export function joined(held: Message[], more: Message[]): Message[] {
  const last = held[held.length - 1];
  if (more.length === 1 && more[0] && (!last || more[0].seq > last.seq)) return [...held, more[0]];
  const all = new Map(held.map((message) => [message.id, message]));
  for (const message of more) {
    const known = all.get(message.id);
    if (!known || known.rev <= message.rev) all.set(message.id, message);
  }
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}
