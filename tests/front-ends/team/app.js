// A team chat front end: what it asks of its back end, in its order, and what it reads of each answer.
import { $, Api, go, guarded, h, maybe, oneOf, onSubmit, openSocket, read, say } from "../lib.js";

const PERSON = { id: "text", username: "text", full_name: "string?" };
const MESSAGE = {
  id: "text",
  conversation_id: "text",
  sender_id: "text",
  sender_username: "text",
  content: "string",
  is_edited: "boolean",
  is_deleted: "boolean",
  created_at: "time",
  updated_at: "time",
  delivered_at: "time?",
  read_at: "time?",
};
const CONVERSATION = {
  id: "text",
  name: "string?",
  description: "string?",
  is_group: "boolean",
  created_at: "time",
  updated_at: "time",
  participants: [PERSON],
};
const FRAMES = {
  message: {
    content: "string",
    sender_id: "text",
    sender_username: "text",
    message_id: "text",
    timestamp: "time",
    is_edited: "boolean",
  },
  typing_start: { sender_id: "text", sender_username: "text" },
  typing_stop: { sender_id: "text", sender_username: "text" },
  message_read: { message_id: "text", conversation_id: "text", reader_id: "text", read_at: "time" },
  message_delete: {
    message_id: "text",
    deleted_by: "text",
    is_deleted: "boolean",
    content: "string",
    updated_at: "time",
  },
  presence: {
    conversation_id: "text",
    user_id: "text",
    username: "text",
    status: oneOf("online", "away", "offline"),
    last_seen: "time?",
  },
  system: { content: "text", sender_id: "text", active_users: ["text"] },
  error: { content: "text", detail: "text" },
};
const IDLE = 2000;

const api = new Api((body) => body.detail);
let me;
let session = JSON.parse(localStorage.getItem("session") ?? "null");
let open; // the open conversation: id, peer, socket
let counted = 0; // temp_ids
let typingUntil;

// ---- signing in and out ----

onSubmit("login-form", async ({ username, password }) => {
  session = await api.post(
    "/api/auth/login",
    { username, password },
    { access_token: "text", refresh_token: "text", token_type: oneOf("bearer") },
  );
  localStorage.setItem("session", JSON.stringify(session));
  await enter();
});

async function enter() {
  api.token = session.access_token;
  me = await api.get("/api/auth/me", {
    id: "text",
    username: "text",
    email: "string?",
    role: "text",
    full_name: "string?",
  });
  $("me").textContent = me.full_name || me.username;
  $("users-link").hidden = me.role !== "admin";
  go("home");
  await list();
}

$("logout").onclick = guarded(async () => {
  open?.socket.close();
  open = undefined;
  // the access token may have run out by now: the refresh token alone says which session ends
  api.token = null;
  await api.call("POST", "/api/auth/logout", { refresh_token: session.refresh_token }, 200);
  localStorage.removeItem("session");
  location.reload();
});

$("forgot-link").onclick = () => go("forgot");
onSubmit("forgot-form", async ({ email }) => {
  const answer = await api.post("/api/auth/forgot-password", { email }, { message: "text" }, 200);
  $("forgot-answer").textContent = answer.message;
});
onSubmit("reset-form", async ({ token, new_password }) => {
  await api.post("/api/auth/reset-password", { token, new_password }, { message: "text" }, 200);
  go("login");
});

// ---- people and conversations ----

async function list() {
  const conversations = await api.get("/api/chat/conversations", [CONVERSATION]);
  $("conversations").replaceChildren(...conversations.map(listed));
}

function listed(conversation) {
  return h("li", {}, h("button", { onclick: () => enterChat(conversation.id) }, nameOf(conversation)));
}

function nameOf(conversation) {
  if (conversation.name !== null) return conversation.name;
  const peer = conversation.participants.find((person) => person.id !== me.id);
  return peer ? peer.full_name || peer.username : "Only you";
}

$("search").oninput = guarded(async () => {
  const q = $("search").value.trim();
  const found = q ? await api.get(`/api/users/search?q=${encodeURIComponent(q)}&limit=10`, [PERSON]) : [];
  if (q !== $("search").value.trim()) return;
  const buttons = found.map((person) => h("button", { onclick: () => begin(person) }, person.username));
  $("found").replaceChildren(...buttons.map((button) => h("li", {}, button)));
});

async function begin(person) {
  const body = { is_group: false, participant_ids: [person.id] };
  const made = await api.post("/api/chat/conversations", body, CONVERSATION, 201);
  $("search").value = "";
  $("found").replaceChildren();
  await list();
  await enterChat(made.id);
}

// ---- one conversation ----

async function enterChat(id) {
  open?.socket.close();
  const conversation = await api.get(`/api/chat/conversations/${id}`, { ...CONVERSATION, messages: [MESSAGE] });
  const peer = conversation.participants.find((person) => person.id !== me.id);
  $("chat").hidden = false;
  $("chat-name").textContent = nameOf(conversation);
  dot("offline");
  $("messages").replaceChildren(...conversation.messages.map((message) => bubble(message)));
  const socket = openSocket(`/ws/chat/${id}?token=${session.access_token}`, {
    opened: () => {
      for (const message of conversation.messages) if (!message.read_at) seen(message.sender_id, message.id);
    },
    frame: (frame) => {
      // a frame of a type that it does not know is none of its business
      const heard = HEARD[frame.type];
      if (heard) heard(read(frame, FRAMES[frame.type], frame.type));
    },
    closed: (event) => {
      if (event.code > 4000) say(`Closed: ${event.code}`);
    },
  });
  open = { id, peer, socket };
}

function bubble({ id, sender_id, sender_username, content, delivered_at, read_at, is_deleted, temp_id }) {
  const state = temp_id ? "pending" : read_at ? "read" : delivered_at ? "delivered" : "sent";
  const own = sender_id === me.id;
  const row = h("li", { className: own ? "own" : "", "data-id": id ?? "", "data-state": state });
  if (temp_id) row.dataset.temp = temp_id;
  row.append(
    h("strong", {}, sender_username),
    " ",
    h("span", { className: "content" }, is_deleted ? "Message deleted" : content),
  );
  if (own && id && !is_deleted) {
    row.append(" ", h("button", { onclick: () => open.socket.send({ type: "message_delete", message_id: id }) }, "×"));
  }
  return row;
}

const row = (id) => document.querySelector(`#messages [data-id="${id}"]`);

function seen(sender, message_id) {
  if (sender !== me.id) open.socket.send({ type: "message_read", message_id });
}

function dot(status) {
  $("peer-dot").dataset.status = status;
}

const HEARD = {
  message(frame) {
    const shown = bubble({ ...frame, temp_id: undefined, id: frame.message_id });
    const pending = frame.temp_id && document.querySelector(`#messages [data-temp="${frame.temp_id}"]`);
    if (pending) pending.replaceWith(shown);
    else $("messages").append(shown);
    if (frame.sender_id !== me.id) $("typing").textContent = "";
    seen(frame.sender_id, frame.message_id);
  },
  typing_start(frame) {
    if (frame.sender_id !== me.id) $("typing").textContent = `${frame.sender_username} is typing…`;
  },
  typing_stop(frame) {
    if (frame.sender_id !== me.id) $("typing").textContent = "";
  },
  message_read(frame) {
    if (frame.reader_id !== me.id) row(frame.message_id).dataset.state = "read";
  },
  message_delete(frame) {
    read(frame.is_deleted, oneOf(true), "message_delete.is_deleted");
    row(frame.message_id).querySelector(".content").textContent = "Message deleted";
    row(frame.message_id).querySelector("button")?.remove();
  },
  presence(frame) {
    if (frame.user_id === open.peer?.id) dot(frame.status);
  },
  system(frame) {
    if (open.peer) dot(frame.active_users.includes(open.peer.id) ? "online" : "offline");
  },
  error(frame) {
    say(frame.detail);
  },
};

onSubmit("send-form", ({ content }, form) => {
  stopTyping();
  const temp_id = `temp-${Date.now()}-${(counted += 1)}`;
  $("messages").append(bubble({ sender_id: me.id, sender_username: me.username, content, temp_id }));
  open.socket.send({ type: "message", content, temp_id });
  form.reset();
});

$("send-form").elements.content.oninput = () => {
  if (!typingUntil) open.socket.send({ type: "typing_start" });
  clearTimeout(typingUntil);
  typingUntil = setTimeout(stopTyping, IDLE);
};

function stopTyping() {
  if (!typingUntil) return;
  clearTimeout(typingUntil);
  typingUntil = undefined;
  open.socket.send({ type: "typing_stop" });
}

// ---- the admin's page ----

$("back").onclick = () => go("home");
$("users-link").onclick = guarded(async () => {
  const users = await api.get("/admin/users", [
    {
      ...PERSON,
      email: "string?",
      role: "text",
      is_active: "boolean",
      is_online: "boolean",
      last_seen: "time?",
      created_at: "time",
      updated_at: "time",
    },
  ]);
  $("user-rows").replaceChildren(
    ...users.map((user) => {
      const words = [user.username, user.email ?? "", user.role, yes(user.is_active), yes(user.is_online)];
      const cells = [...words, user.last_seen ? new Date(user.last_seen).toLocaleString() : "never"];
      return h("tr", {}, ...cells.map((cell) => h("td", {}, cell)));
    }),
  );
  go("users");
});

const yes = (is) => (is ? "yes" : "no");

read(session, maybe({ access_token: "text", refresh_token: "text" }), "what is kept");
if (session) guarded(enter)();
