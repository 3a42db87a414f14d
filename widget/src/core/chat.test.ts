import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Conversation, Message } from "../wire/schema";
import { Chat } from "./chat";
import type { Options } from "./options";

const BASE = "https://chat.example.com";
const OPTIONS: Options = { apiBase: BASE, position: "bottom-right", theme: "auto", locale: "en", disabled: false };
const KEY = `switchboard:${BASE}:conversation:anonymous`;
const SESSION = `switchboard:${BASE}:session:anonymous`;

class FakeSocket {
  static latest: FakeSocket | undefined;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: unknown = null;
  readyState = 1;
  sent: string[] = [];
  constructor(readonly url: string) {
    FakeSocket.latest = this;
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {}
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const person = (id: string, last_read_seq = 0) => ({
  id,
  username: id,
  first_name: "Ida",
  last_name: "",
  last_read_seq,
});

const message = (seq: number, more: Partial<Message> = {}): Message =>
  ({
    id: `m${seq}`,
    conversation_id: "c1",
    seq,
    rev: seq,
    type: "agent",
    sender_id: "agent",
    text: `text ${seq}`,
    created_at: "2026-11-20T09:30:00Z",
    reactions: {},
    ...more,
  }) as Message;

const token = `h.${btoa(JSON.stringify({ user_id: "me" }))}.s`;

/** What the server answers by method and path; what is not here is not there. */
let answers: Record<string, unknown>;
let told: [string, unknown][];
let chat: Chat;

const begin = (options: Partial<Options> = {}): Chat =>
  (chat = new Chat({ ...OPTIONS, ...options }, (event, detail) => told.push([event, detail])));
const toldOf = (event: string) => told.filter(([name]) => name === event).map(([, detail]) => detail);
const conversation = (more: object = {}) =>
  ({
    id: "c1",
    kind: "support",
    rev: 2,
    bot: "off",
    participants: [person("me", 1), person("agent", 2)],
    ...more,
  }) as Conversation;

beforeEach(() => {
  localStorage.clear();
  told = [];
  answers = {
    "POST /api/auth/visitor": { access_token: token, refresh_token: "r", expires_in: 900 },
    "GET /api/bot-prompts/": [],
    "GET /api/chat/conversations/c1/": conversation(),
    "GET /api/chat/conversations/c1/messages/?last=50": [message(1, { sender_id: "me", type: "user" }), message(2)],
  };
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("BroadcastChannel", undefined);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const answer = answers[`${init.method} ${url.slice(BASE.length)}`];
    return answer === undefined ? new Response("{}", { status: 404 }) : Response.json(answer);
  });
});

afterEach(() => {
  chat.stop();
  FakeSocket.latest = undefined;
  vi.unstubAllGlobals();
});

/** What a browser keeps of a visitor who was here before. */
function remember(): void {
  localStorage.setItem(KEY, "c1");
  localStorage.setItem(SESSION, JSON.stringify({ access: token, refresh: "r", until: Date.now() + 900_000 }));
}

/** A chat whose remembered conversation is loaded, and whose socket is open. */
async function joined(): Promise<FakeSocket> {
  remember();
  begin().start();
  await vi.waitFor(() => expect(FakeSocket.latest).toBeDefined());
  const socket = FakeSocket.latest!;
  socket.says({ type: "connected", online: ["me"], participants: conversation().participants });
  return socket;
}

it("loads the remembered conversation, and counts what was not read in it", async () => {
  const socket = await joined();
  expect(socket.url).toBe("wss://chat.example.com/ws/chat/c1/?since=2");
  expect(chat.conversation.timeline.messages.value.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(chat.conversation.timeline.readByOthers.value).toBe(2);
  expect(chat.conversation.readUpTo.value).toBe(1);
  expect(toldOf("unread").at(-1)).toEqual({ count: 1 });
  expect(toldOf("message")).toEqual([]);
});

it("tells the page of a message once, and who wrote it has done typing", async () => {
  const socket = await joined();
  socket.says({ type: "typing", user_id: "agent", username: "agent", is_typing: true });
  expect([...chat.presence.typing.value]).toEqual([["agent", "Ida"]]);
  socket.says({ type: "message:new", message: message(3) });
  socket.says({ type: "message:changed", message: message(3, { rev: 4, text: "changed" }) });
  expect(chat.presence.typing.value.size).toBe(0);
  expect(toldOf("message")).toHaveLength(1);
  expect(chat.conversation.timeline.newest?.text).toBe("changed");
});

it("marks everything read, on the socket and once", async () => {
  const socket = await joined();
  chat.markRead();
  chat.markRead();
  expect(socket.sent.map((text) => JSON.parse(text))).toEqual([{ type: "read", seq: 2 }]);
  expect(toldOf("unread").at(-1)).toEqual({ count: 0 });
});

it("takes receipts of others, and of our own in another tab", async () => {
  const socket = await joined();
  socket.says({ type: "message:new", message: message(3) });
  socket.says({ type: "read", user_id: "agent", seq: 3 });
  socket.says({ type: "read", user_id: "me", seq: 3 });
  expect(chat.conversation.timeline.readByOthers.value).toBe(3);
  expect(chat.conversation.unread.value).toBe(0);
  socket.says({ type: "user_joined", user_id: "agent" });
  expect(chat.conversation.timeline.deliveredToOthers.value).toBe(3);
});

it("forgets a remembered conversation that is not there any more, but not the one that the page asks for", async () => {
  answers["GET /api/chat/conversations/c1/"] = undefined;
  remember();
  begin().start();
  await vi.waitFor(() => expect(chat.conversation.isLoaded.value).toBe(true));
  expect(chat.conversation.id.value).toBeNull();
  expect(localStorage.getItem(KEY)).toBeNull();
  chat.stop();
  begin({ conversationId: "c1" });
  await expect(chat.conversation.prepare()).rejects.toMatchObject({ status: 404 });
  expect(chat.conversation.id.value).toBe("c1");
});

it("enters the conversation that a first message has begun, all of which is news", async () => {
  answers["POST /api/user-response/"] = { conversation_id: "c1" };
  begin().send("Hello");
  await vi.waitFor(() => expect(toldOf("message")).toHaveLength(2));
  expect(toldOf("conversation-change")).toEqual([{ conversationId: "c1" }]);
  expect(localStorage.getItem(KEY)).toBe("c1");
});

it("says with each message which language it shows", async () => {
  const socket = await joined();
  chat.locale = "de";
  chat.send("2fa");
  await vi.waitFor(() => expect(socket.sent).toHaveLength(1));
  expect(JSON.parse(socket.sent[0]!)).toMatchObject({ type: "message", text: "2fa", locale: "de" });
});

it("finds a conversation that a known visitor has had elsewhere", async () => {
  answers["GET /api/chat/conversations/?limit=20"] = { count: 1, next: null, results: [conversation()] };
  begin({ token: `h.${btoa(JSON.stringify({ user_id: "me", sub: "me" }))}.s` });
  await chat.conversation.prepare();
  expect(toldOf("conversation-change")).toEqual([{ conversationId: "c1" }]);
  expect(chat.conversation.timeline.messages.value).toHaveLength(2);
});

it("keeps what was not sent as the draft of the next session", async () => {
  begin().setDraft("and this");
  chat.outbox.add({ text: "Not yet sent" });
  const reset = (chat.onReset = vi.fn());
  await chat.beginAnew();
  expect(reset).toHaveBeenCalledOnce();
  expect(begin().draft.value).toBe("Not yet sent\nand this");
});
