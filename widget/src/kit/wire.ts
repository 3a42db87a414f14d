/** The objects of the `crm` dialect that clients read; openapi.json and asyncapi.yaml describe them in full. */

/** How far a message got. */
export type Delivery = "sent" | "delivered" | "read";
/** Who speaks. */
export type Voice = "user" | "agent" | "bot" | "system";

/** An uploaded file; its links are good for five minutes. */
export interface Attachment {
  attachment_id: string;
  file_url: string;
  file_name: string;
  file_size: number;
  content_type: string;
  status: "processing" | "ready" | "rejected";
  reason?: string | null;
  width?: number | null;
  height?: number | null;
  thumbnail_url?: string | null;
}

/** An article that an answer was taken from. */
export interface Source {
  title: string;
  url?: string | null;
}

/** A message in its present state. */
export interface Message {
  id: string;
  seq: number;
  rev: number;
  conversation_id: string;
  sender_id: string;
  sender_username: string;
  sender_name: string;
  type: Voice;
  text: string;
  html: string;
  attachment: Attachment | null;
  reply_to: string | null;
  reactions: Record<string, number>;
  status: Delivery;
  is_edited: boolean;
  is_deleted: boolean;
  client_id: string | null;
  meta?: { sources?: Source[]; prompts?: string[]; handoff?: boolean } | null;
  created_at: string;
}

/** A person in a conversation. */
export interface Participant {
  id: string;
  username: string;
  first_name: string;
  last_name: string;
  role: "owner" | "member" | "agent" | "bot";
  last_read_seq: number;
}

/** A conversation as the caller sees it. */
export interface Conversation {
  id: string;
  title: string;
  kind: string;
  status: "open" | "pending" | "snoozed" | "resolved";
  bot: "on" | "off";
  is_archived: boolean;
  unread_count: number;
  participants: Participant[];
  last_message: Message | null;
  last_seq: number;
  rev: number;
  /** Who works on it; a server without the desk leaves it out. */
  assignee?: { id: string; username: string; name: string } | null;
}

/** What the server says on a socket. Members that a type does not have are absent. */
export interface InFrame {
  type: string;
  [member: string]: unknown;
}

/** What a client says on a socket. */
export interface OutFrame {
  type: "message" | "typing" | "read" | "edit" | "delete" | "reaction" | "presence" | "ping";
  [member: string]: unknown;
}

/** A page of a list. */
export interface Page<T> {
  count: number;
  next: string | null;
  results: T[];
}

/** What passed between client and server, for logs; never with a token. */
export interface Traffic {
  direction: "in" | "out";
  via: "socket" | "http";
  frame: unknown;
}
