/** People, messages and notes to show: what a newcomer should see once, in as few as possible. */
import type { Attachment, Conversation, Message, Note } from "../../wire/schema";

export const VISITOR = { id: "visitor", name: "Mira Osei" };
export const AGENT = { id: "agent", name: "Ida Berg" };

export const NAMES = [
  "Ida Berg",
  "ida",
  "Jean-Luc Picard",
  "Анна Каренина",
  "王 小明",
  "محمد علي",
  "नरेन्द्र कुमार",
  "🦊 Fox",
];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** So many hours before now. */
export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

/** Moments that lists and dividers say differently. */
export const MOMENTS: { what: string; at: string }[] = [
  { what: "a minute ago", at: hoursAgo(1 / 60) },
  { what: "three hours ago", at: hoursAgo(3) },
  { what: "yesterday", at: hoursAgo(24) },
  { what: "three days ago", at: hoursAgo(72) },
  { what: "last month", at: new Date(Date.now() - 35 * DAY_MS).toISOString() },
  { what: "last year", at: new Date(Date.now() - 400 * DAY_MS).toISOString() },
  { what: "in two hours", at: hoursAgo(-2) },
];

const attachment = (more: Partial<Attachment>): Attachment =>
  ({
    attachment_id: "file",
    file_name: "invoice-2026-11.pdf",
    file_size: 48_213,
    file_url: "#",
    status: "ready",
    ...more,
  }) as Attachment;

let seq = 0;

function message(
  from: "visitor" | "agent" | "bot" | "system",
  hours: number,
  text: string,
  more: Partial<Message> = {},
) {
  const sender = { visitor: VISITOR, agent: AGENT, bot: { id: "bot", name: "Rosie" }, system: { id: "", name: "" } }[
    from
  ];
  return {
    id: `m${++seq}`,
    seq,
    rev: seq,
    conversation_id: "sample",
    type: from === "visitor" ? "user" : from,
    sender_id: sender.id,
    sender_name: sender.name,
    text,
    html: `<p>${text}</p>\n`,
    status: "sent",
    reactions: {},
    created_at: hoursAgo(hours),
    ...more,
  } as Message;
}

export const MESSAGES: Message[] = [
  message("visitor", 26, "Hello! My parcel has not come.", { status: "read" }),
  message("visitor", 25.98, "It is order 4711.", { status: "read", is_edited: true }),
  message("bot", 25.97, "Parcels take **two to five days**.", {
    html:
      "<p>Parcels take <strong>two to five days</strong>:</p>\n" +
      "<ul><li>within the country two</li><li>abroad five</li></ul>",
    meta: {
      sources: [{ title: "Shipping", url: "https://example.com/shipping" }],
      prompts: [],
    } as unknown as Message["meta"],
    reactions: { "👍": 1 },
  }),
  message("system", 25.5, "Ida Berg joined the conversation."),
  message("agent", 3, "Hello Mira, I have looked it up.", { reply_to: "m2", status: "read" }),
  message("agent", 2.99, "Here is your invoice.", { attachment: attachment({}), status: "delivered" }),
  message("agent", 2.98, "", { is_deleted: true }),
  message("visitor", 0.2, "Thank you!", { status: "delivered" }),
  message("visitor", 0.19, "", { attachment: attachment({ file_name: "label.png", status: "processing" }) }),
];

export const NOTES: Note[] = [
  {
    id: "n1",
    conversation_id: "sample",
    author: { id: AGENT.id, username: "ida", name: AGENT.name },
    text: "The carrier has lost one before.",
    html: "<p>The carrier has lost one <em>before</em>.</p>",
    created_at: hoursAgo(2.5),
    updated_at: hoursAgo(2.4),
  } as Note,
];

export const CONVERSATION = {
  id: "sample",
  kind: "support",
  status: "open",
  rev: MESSAGES.length,
  bot: "off",
  participants: [
    { id: VISITOR.id, username: "mira", first_name: "Mira", last_name: "Osei", role: "owner", last_read_seq: 6 },
    { id: AGENT.id, username: "ida", first_name: "Ida", last_name: "Berg", role: "agent", last_read_seq: 8 },
  ],
} as unknown as Conversation;
