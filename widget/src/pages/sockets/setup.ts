/** The two ready-made scenes: the guide's room of three, and one ticket in five shapes. */
import { signal } from "@preact/signals";
import { call } from "../shared/rest";
import { Client, password, tokenOf } from "./client";
import type { DialectName } from "./dialects";

/** The clients on the page. */
export const clients = signal<readonly Client[]>([
  new Client("rooms", "alice"),
  new Client("rooms", "bob"),
  new Client("rooms", "charlie"),
]);

export function addClient(): void {
  clients.value = [...clients.value, new Client("crm", "alice")];
}

export function removeClient(client: Client): void {
  client.disconnect();
  clients.value = clients.value.filter((one) => one !== client);
}

/**
 * `rooms`: a room with alice, bob and charlie. Needs no password where the server's rooms are open, as on the embedded
 * profile.
 */
export async function threeInOneRoom(): Promise<string> {
  const token = password.value ? await tokenOf("alice") : undefined;
  const room = await call<{ id: string }>("POST", "/api/chats", { name: "Test room", created_by: "alice" }, token);
  await call("POST", `/api/chats/${room.id}/participants`, { participant_ids: ["alice", "bob", "charlie"] }, token);
  await stage(["alice", "bob", "charlie"].map((username) => ({ dialect: "rooms" as const, username, id: room.id })));
  return `Room ${room.id}: alice, bob and charlie are in.`;
}

interface Ticket {
  id: string;
  ticket_id: string;
}

/**
 * alice's ticket, which itagent takes and which bob, charlie and user1 may see. alice listens through `support` only:
 * its clients hear of what others write.
 */
export async function oneTicketInFiveShapes(): Promise<string> {
  if (!password.value) throw new Error("Enter the demo password first: the server prints it when it starts");
  const alice = await tokenOf("alice");
  const ticket = await call<Ticket>(
    "POST",
    "/tickets",
    {
      title: "My laptop's screen stays black",
      description: "It starts, and I hear the fan, but the screen shows nothing.",
      urgency: "medium",
    },
    alice,
  );
  await call(
    "POST",
    `/api/chat/conversations/${ticket.id}/participants`,
    { participant_ids: ["bob", "charlie", "user1"] },
    alice,
  );
  await call("PUT", `/tickets/${ticket.ticket_id}`, { status: "assigned" }, await tokenOf("itagent"));
  await stage([
    { dialect: "crm", username: "bob", id: ticket.id },
    { dialect: "helpdesk", username: "itagent", id: ticket.ticket_id },
    { dialect: "rooms", username: "charlie", id: ticket.id },
    { dialect: "team", username: "user1", id: ticket.id },
    { dialect: "support", username: "alice", id: "" },
  ]);
  return `Ticket ${ticket.ticket_id}: write in any client, and see it arrive in the others, each in its own shape.`;
}

async function stage(scene: { dialect: DialectName; username: string; id: string }[]): Promise<void> {
  for (const client of clients.value) client.disconnect();
  const made = scene.map(({ dialect, username, id }) => {
    const client = new Client(dialect, username);
    client.id.value = id;
    return client;
  });
  clients.value = made;
  await Promise.all(made.map((client) => client.connect()));
}
