/** Webhooks as the REST API has them. */
import { rest } from "../../session";
import type { Page } from "../../../wire/page";
import type { CreatedWebhook, Webhook, WebhookDelivery } from "../../../wire/schema";

export type EndpointDraft = Pick<Webhook, "url" | "events"> & { description: string };

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
  list: () => rest.get<Page<Webhook>>(BASE).then((page) => page.results),
  one: (id: string) => rest.get<Webhook>(`${BASE}/${encodeURIComponent(id)}`),
  create: (draft: EndpointDraft) => rest.post<CreatedWebhook>(BASE, draft),
  change: (id: string, change: Partial<EndpointDraft> & { enabled?: boolean }) =>
    rest.patch<Webhook>(`${BASE}/${id}`, change),
  remove: (id: string) => rest.delete(`${BASE}/${id}`),
  test: (id: string) => rest.post<WebhookDelivery>(`${BASE}/${id}/test`),
  deliveries: (id: string, cursor: string | null) =>
    rest.get<Page<WebhookDelivery>>(`${BASE}/${encodeURIComponent(id)}/deliveries`, { cursor, limit: 20 }),
  replay: (id: string, delivery: string) => rest.post<WebhookDelivery>(`${BASE}/${id}/deliveries/${delivery}/replay`),
};
