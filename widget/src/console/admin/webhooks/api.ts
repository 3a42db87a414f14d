/** Webhooks as the REST API has them. */
import { rest } from "../../session";
import type { Paged } from "../parts";

export interface Endpoint {
  id: string;
  url: string;
  events: string[];
  description: string | null;
  enabled: boolean;
  /** Why the server disabled it. */
  disabled_reason?: string | null;
  /** Since when nothing could be delivered. */
  failing_since?: string | null;
  created_at: string;
}

/** A new one with its secret, which is shown this once. */
export type CreatedEndpoint = Endpoint & { secret: string };

export interface Attempt {
  at: string;
  status_code?: number | null;
  error?: string | null;
  duration_ms: number;
}

export interface Delivery {
  id: string;
  event_id: string;
  event_type: string;
  status: "pending" | "ok" | "failed" | "dead";
  attempts: Attempt[];
  next_attempt_at?: string | null;
  created_at: string;
}

export type EndpointDraft = Pick<Endpoint, "url" | "events"> & { description: string };

/** What an endpoint can hear of. */
export const EVENTS: { name: string; about: string }[] = [
  { name: "message.created", about: "Somebody wrote" },
  { name: "message.updated", about: "Edited, deleted, reacted to" },
  { name: "conversation.created", about: "A conversation began" },
  { name: "conversation.updated", about: "Status, assignee, labels…" },
  { name: "ticket.created", about: "A ticket was opened" },
  { name: "ticket.updated", about: "A ticket changed" },
  { name: "attachment.ready", about: "A file was checked" },
];

const BASE = "/api/webhooks";

export const webhooks = {
  list: () => rest.get<Paged<Endpoint>>(BASE).then((page) => page.results),
  one: (id: string) => rest.get<Endpoint>(`${BASE}/${encodeURIComponent(id)}`),
  create: (draft: EndpointDraft) => rest.post<CreatedEndpoint>(BASE, draft),
  change: (id: string, change: Partial<EndpointDraft> & { enabled?: boolean }) =>
    rest.patch<Endpoint>(`${BASE}/${id}`, change),
  remove: (id: string) => rest.delete(`${BASE}/${id}`),
  test: (id: string) => rest.post<Delivery>(`${BASE}/${id}/test`),
  deliveries: (id: string, cursor: string | null) =>
    rest.get<Paged<Delivery>>(`${BASE}/${encodeURIComponent(id)}/deliveries`, { cursor, limit: 20 }),
  replay: (id: string, delivery: string) => rest.post<Delivery>(`${BASE}/${id}/deliveries/${delivery}/replay`),
};
