/** How the desk's things are called. */
import type { Conversation, ConversationKind, ConversationStatus, Message, PriorityWord } from "../../wire/schema";

export const statuses: { key: ConversationStatus; title: string }[] = [
  { key: "open", title: "Open" },
  { key: "pending", title: "Pending" },
  { key: "snoozed", title: "Snoozed" },
  { key: "resolved", title: "Resolved" },
];

export const priorities: { key: PriorityWord; title: string }[] = [
  { key: "urgent", title: "Urgent" },
  { key: "high", title: "High" },
  { key: "medium", title: "Medium" },
  { key: "low", title: "Low" },
  { key: "none", title: "No priority" },
];

export const kinds: { key: ConversationKind; title: string }[] = [
  { key: "support", title: "Chats" },
  { key: "ticket", title: "Tickets" },
  { key: "direct", title: "Direct talks" },
  { key: "group", title: "Groups" },
  { key: "room", title: "Rooms" },
];

export const titleOf = <K extends string>(list: { key: K; title: string }[], key: K) =>
  list.find((one) => one.key === key)?.title ?? key;

/** Whether the company works on it: it is a customer's. Among colleagues there are no notes, claims and statuses. */
export const isWork = (conversation: Conversation): boolean =>
  conversation.kind === "support" || conversation.kind === "ticket";

/** Whom a conversation is with: its customer, else its title. */
export function withWhom(conversation: Conversation): string {
  return conversation.customer?.name || conversation.title || "Conversation";
}

/** A message in one line. */
export function inOneLine(message: Message | null | undefined): string {
  if (!message) return "No messages yet";
  if (message.is_deleted) return "Message deleted";
  const text = message.text
    .replace(/[*_`#>~]+/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  return text || (message.attachment ? `📎 ${message.attachment.file_name}` : "");
}

/** Markdown as it reads: without its signs, and its lines as long as there is room. */
export const asRead = (markdown: string): string =>
  markdown
    .replace(/([^\n])\n(?![\n\-*>#|\d])/g, "$1 ")
    .replace(/\*\*|__|`/g, "")
    .replace(/^#+\s+/gm, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
