/** What the desk's REST API and frames hold. */

export type Status = "open" | "pending" | "snoozed" | "resolved";
export type Priority = "none" | "low" | "medium" | "high" | "urgent";
export type Kind = "support" | "direct" | "group" | "room" | "ticket";

export interface Person {
  id: string;
  username: string;
  name: string;
}

export interface Label {
  id: number;
  name: string;
  color: string;
}

export interface Participant {
  id: string;
  username: string;
  first_name: string;
  last_name: string;
  role: "owner" | "member" | "agent" | "bot";
  joined_at: string;
  last_read_at: string | null;
  last_read_seq: number;
}

export interface Ticket {
  support_id: number;
  ticket_id: string;
  status: string;
  urgency: string | null;
  department: string | null;
}

export interface Conversation {
  id: string;
  title: string;
  kind: Kind;
  status: Status;
  bot: "on" | "off";
  created_at: string;
  updated_at: string;
  unread_count: number;
  participants: Participant[];
  last_message: Message | null;
  last_seq: number;
  rev: number;
  assignee: Person | null;
  customer: Person | null;
  ticket: Ticket | null;
  priority: Priority;
  labels: Label[];
  snoozed_until: string | null;
}

export interface Attachment {
  attachment_id: string;
  file_url: string;
  file_name: string;
  file_size: number;
  content_type: string;
  status: "processing" | "ready" | "rejected";
  reason?: string | null;
  width: number | null;
  height: number | null;
  thumbnail_url: string | null;
}

export interface Source {
  title: string;
  url?: string | null;
}

export interface Message {
  id: string;
  seq: number;
  rev: number;
  conversation_id: string;
  sender_id: string;
  sender_username: string;
  sender_name: string;
  type: "user" | "agent" | "bot" | "system";
  text: string;
  html: string;
  attachment: Attachment | null;
  reply_to: string | null;
  reactions: Record<string, number>;
  status: "sent" | "delivered" | "read";
  is_edited: boolean;
  is_deleted: boolean;
  client_id: string | null;
  meta: { sources: Source[]; prompts: string[]; handoff: boolean } | null;
  created_at: string;
  updated_at: string;
}

export interface Note {
  id: string;
  conversation_id: string;
  author: Person;
  text: string;
  html: string;
  mentions: string[];
  created_at: string;
  updated_at: string;
}

export interface Staff extends Person {
  role: string;
  department: string | null;
  is_online: boolean;
}

export interface CannedReply {
  id: number;
  shortcut: string;
  text: string;
  updated_at: string;
}

export interface Customer extends Person {
  email: string | null;
  phone: string | null;
  is_visitor: boolean;
  created_at: string;
  conversation_count: number;
  is_online: boolean;
}

export interface Trace {
  message_id: string;
  seq: number;
  created_at: string;
  question: string | null;
  answer: string | null;
  intent: string | null;
  language: string | null;
  model: string | null;
  duration_ms: number | null;
  handoff: boolean | null;
  passages: { title: string; url: string | null; score: number }[] | null;
}

export type View = "mine" | "unassigned" | "all";
export type Counts = Record<View, Record<Status, number>>;

export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface Suggestion {
  text: string;
  sources: Source[];
}
