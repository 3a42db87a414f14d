/** A notification, as the REST list and the live events give it. */
import type { Notification as Row } from "../../wire/schema";

/** Something that the person was told of. */
export interface Notification {
  id: string;
  /** `ticket_created`, `message_received`, `mentioned`, …; new ones may come. */
  type: string;
  title: string;
  message: string;
  /** What it is about, in its people's own words: the ticket's title, the message's beginning. */
  subject: string | null;
  read: boolean;
  created_at: string;
  /** The conversation that it is about. */
  conversation: string | null;
}

/** One of `GET /notifications`; types may come that this build does not know. */
export type Listed = Pick<Row, "id" | "title" | "message" | "read" | "created_at"> & { type: string; data?: unknown };

/** What the Socket.IO events `support:ticket:*` and `notification` carry. */
export interface Told {
  id?: unknown;
  type?: unknown;
  title?: unknown;
  message?: unknown;
  data?: unknown;
  timestamp?: unknown;
}

export function listed(row: Listed): Notification {
  const { id, type, title, message, read, created_at, data } = row;
  return {
    id,
    type: plain(type),
    title,
    message,
    subject: subjectOf(data),
    read,
    created_at,
    conversation: conversationOf(data),
  };
}

/** The notification of an event; null where it is none that can be shown. */
export function told(body: Told): Notification | null {
  const { id, type, title, message, timestamp } = body;
  if (typeof id !== "string" || typeof title !== "string") return null;
  return {
    id,
    type: plain(typeof type === "string" ? type : ""),
    title,
    message: typeof message === "string" ? message : "",
    subject: subjectOf(body.data),
    read: false,
    created_at: typeof timestamp === "string" ? timestamp : new Date().toISOString(),
    conversation: conversationOf(body.data),
  };
}

/** The events call `support_ticket_created` what the list calls `ticket_created`. */
const plain = (type: string) => type.replace(/^support_/, "");

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function subjectOf(data: unknown): string | null {
  const { content, title } = (data && typeof data === "object" ? data : {}) as Record<string, unknown>;
  return [content, title].find((text): text is string => typeof text === "string" && text.trim() !== "") ?? null;
}

function conversationOf(data: unknown): string | null {
  const id = data && typeof data === "object" ? (data as Record<string, unknown>)["conversation_id"] : null;
  return typeof id === "string" && UUID.test(id) ? id : null;
}

/** Where the console shows what it is about; null where there is no such place. */
export function place(notification: Notification): string | null {
  return notification.conversation ? `conversations/${notification.conversation}` : null;
}
