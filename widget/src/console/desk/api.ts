/** The calls of the desk, by what they do. */
import { rest } from "../session";
import type { Page } from "../../wire/page";
import type {
  Attachment,
  CannedReply,
  Changes,
  Conversation,
  ConversationCounts,
  ConversationSummary,
  Customer,
  Label,
  Message,
  Note,
  Sent,
  StaffMember,
  SuggestedResponse,
  TracedAnswer,
  UpdateConversation,
} from "../../wire/schema";

const at = (id: string, tail = "") => `/api/chat/conversations/${encodeURIComponent(id)}${tail}`;

/** What the agent's browser speaks, for what is written for them; some name no language (`C`). */
function readersLanguage(): string {
  const [language = ""] = navigator.language.split(/[-_@.]/);
  return /^[a-z]{2,3}$/.test(language) ? `?locale=${language}` : "";
}

export interface ListQuery {
  view?: string | undefined;
  status?: string | undefined;
  search?: string | undefined;
  label?: number | undefined;
  priority?: string | undefined;
  kind?: string | undefined;
  participant?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

export const conversations = {
  list: (query: ListQuery, signal?: AbortSignal) =>
    rest.get<Page<Conversation>>("/api/chat/conversations", { ...query }, signal),
  counts: () => rest.get<ConversationCounts>("/api/chat/conversations/counts"),
  get: (id: string) => rest.get<Conversation>(at(id)),
  change: (id: string, change: UpdateConversation) => rest.patch<Conversation>(at(id), change),
  claim: (id: string) => rest.post<Conversation>(at(id, "/claim")),
  assign: (id: string, assignee: string | null) =>
    rest.post<Conversation>(at(id, "/assign"), { assignee_id: assignee }),
  handBack: (id: string) => rest.post<Conversation>(at(id, "/hand-back")),
  suggest: (id: string) => rest.post<SuggestedResponse>(at(id, "/suggest")),
  summarize: (id: string) => rest.post<ConversationSummary>(at(id, `/summary${readersLanguage()}`)),
  trace: (id: string) => rest.get<TracedAnswer[]>(at(id, "/trace")),
  customer: (id: string) => rest.get<Customer>(at(id, "/customer")),
};

export const messages = {
  list: (id: string, query: { last?: number; before_seq?: number; after_seq?: number; limit?: number }) =>
    rest.get<Message[]>(at(id, "/messages"), query),
  changes: (id: string, since: number) => rest.get<Changes>(at(id, "/changes"), { since }),
  edit: (id: string, text: string) => rest.patch<Message>(`/api/chat/messages/${id}`, { text }),
  remove: (id: string) => rest.delete(`/api/chat/messages/${id}`),
  react: (id: string, emoji: string) => rest.put(`/api/chat/messages/${id}/reactions/${encodeURIComponent(emoji)}`),
  unreact: (id: string, emoji: string) =>
    rest.delete(`/api/chat/messages/${id}/reactions/${encodeURIComponent(emoji)}`),
  /** The way where the socket is down; the same `client_id` stores nothing twice. */
  send: (id: string, text: string, client_id: string, attachment_id: string | null) =>
    rest.post<Sent>("/api/user-response", {
      message: text,
      conversation_id: id,
      client_id,
      attachment_id,
    }),
};

export const notes = {
  list: (id: string) => rest.get<Note[]>(at(id, "/notes")),
  add: (id: string, text: string) => rest.post<Note>(at(id, "/notes"), { text }),
  edit: (id: string, text: string) => rest.patch<Note>(`/api/chat/notes/${id}`, { text }),
  remove: (id: string) => rest.delete(`/api/chat/notes/${id}`),
};

export const labels = {
  list: () => rest.get<Label[]>("/api/chat/labels"),
  add: (name: string, color: string) => rest.post<Label>("/api/chat/labels", { name, color }),
};

export const staff = { list: () => rest.get<StaffMember[]>("/api/staff") };

export const canned = {
  list: () => rest.get<CannedReply[]>("/api/chat/canned-replies"),
  add: (shortcut: string, text: string) => rest.post<CannedReply>("/api/chat/canned-replies", { shortcut, text }),
};

export const attachments = {
  get: (id: string) => rest.get<Attachment>(`/api/chat/attachments/${id}`),
};
