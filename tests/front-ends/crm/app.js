// A CRM's chat widget: what is said goes by REST, the bot is asked by REST, and a socket is open beside it. What the
// socket brings is shown as it comes: nothing here knows that it may have been in an answer already.
import { $, Api, go, guarded, h, maybe, oneOf, onSubmit, openSocket, read, say } from "../lib.js";

const KIND = oneOf("user", "agent", "bot", "system");
const STATUS = oneOf("sent", "delivered", "read");
const MESSAGE = {
  id: "text",
  conversation: "text",
  sender: "string?", // the user's id; the bot has none
  sender_name: "text",
  type: KIND,
  text: "string",
  attachment: "link?",
  rich: maybe((value) => value),
  status: STATUS,
  created_at: "time",
};
const CONVERSATION = {
  id: "text",
  title: "string",
  created_at: "time",
  updated_at: "time",
  participants: [{ id: "text", username: "text", first_name: "string", last_name: "string" }],
  last_message: maybe("object"),
  unread_count: "number",
};
const PAGE = { count: "number", next: "string?", previous: "string?" };
const FRAMES = {
  connected: { conversation_id: "text" },
  "message:new": {
    message: { id: "text", sender: "string?", sender_name: "text", type: KIND, text: "string", attachment: "link?" },
  },
  typing: { user_id: "text", username: "text", is_typing: "boolean" },
  read: { message_ids: ["text"], user_id: "text", username: "text" },
  error: { message: "text" },
};
const IDLE = 1500;

// a field's error is a list under its name
const api = new Api((body) => body.error ?? Object.values(body).find(Array.isArray)?.[0]);
let me;
let session;
let open; // the conversation: id, socket
let attachment; // uploaded, and not yet sent
let typingUntil;

// ---- signing in and out ----

onSubmit("login-form", async ({ username, password }) => {
  session = await api.post(
    "/api/auth/login",
    { username, password },
    { access_token: "text", refresh_token: "text", user: { id: "text", username: "text", role: "text" } },
  );
  api.token = session.access_token;
  me = session.user;
  $("me").textContent = me.username;
  go("home");
  const prompts = await api.get("/api/bot-prompts/", [{ id: "number", title: "text", text: "text", order: "number" }]);
  $("prompts").replaceChildren(...prompts.map(({ title, text }) => h("button", { onclick: () => ask(text) }, title)));
  await conversations();
  await notifications();
});

$("logout").onclick = guarded(async () => {
  const socket = open?.socket;
  open = undefined;
  socket?.close();
  const nothing = await api.call("POST", "/api/auth/logout", { refresh_token: session.refresh_token }, 204);
  if (nothing !== undefined) throw new Error("signing out answered something");
  api.token = null;
  go("login");
});

// ---- conversations ----

async function conversations() {
  const page = await api.get("/api/chat/conversations/", { ...PAGE, results: [CONVERSATION] });
  const button = (one) => h("button", { onclick: () => enter(one.id) }, one.title || "Chat");
  $("conversations").replaceChildren(...page.results.map((one) => h("li", {}, button(one))));
}

async function enter(id) {
  connect(id);
  await history();
}

async function history() {
  const messages = await api.get(`/api/chat/conversations/${open.id}/messages/?limit=50`, [MESSAGE]);
  $("messages").replaceChildren(...messages.map((message) => bubble(message, message.sender === me.id)));
}
$("history").onclick = guarded(history);

$("new").onclick = () => {
  leave();
  $("messages").replaceChildren();
};

function leave() {
  const socket = open?.socket;
  open = undefined;
  socket?.close();
  $("live").dataset.status = "offline";
}

function connect(id) {
  leave();
  $("conversation").textContent = id;
  const socket = openSocket(`/ws/chat/${id}/?token=${session.access_token}`, {
    opened: () => {
      $("live").dataset.status = "online";
    },
    frame: (frame) => HEARD[frame.type]?.(read(frame, FRAMES[frame.type], frame.type)),
    closed: (event) => {
      if (open?.socket === socket) say(`Closed: ${event.code}`);
    },
  });
  open = { id, socket };
}

function bubble({ id, sender_name, type, text, attachment, status }, own) {
  const row = h(
    "li",
    { className: own ? "own" : "", "data-id": id, "data-type": type, "data-state": status ?? "sent" },
    h("strong", {}, own ? "You" : sender_name),
    " ",
    h("span", { className: "text" }, text),
  );
  if (attachment) row.append(h("img", { src: attachment, alt: "Attachment" }));
  return row;
}

const HEARD = {
  "message:new"({ message }) {
    // in frames the sender is a name; what this widget sent is there since it was sent
    if (message.sender === me.username) return;
    $("messages").append(bubble(message, false));
    open.socket.send({ type: "read", message_ids: [message.id] });
  },
  typing({ username, is_typing }) {
    if (username !== me.username) $("typing").textContent = is_typing ? `${username} is typing…` : "";
  },
  read({ message_ids, username }) {
    if (username === me.username) return;
    for (const id of message_ids) document.querySelector(`[data-id="${id}"]`)?.setAttribute("data-state", "read");
  },
  error({ message }) {
    say(message);
  },
};

// ---- saying something ----

async function ask(message) {
  const own = bubble({ id: "", type: "user", text: message, status: "pending" }, true);
  $("messages").append(own);
  const body = { message, conversation_id: open?.id ?? null, attachment_id: attachment?.attachment_id ?? null };
  const sent = await api.post("/api/user-response/", body, { conversation_id: "text", message_id: "text" }, 201);
  own.dataset.state = "sent";
  own.dataset.id = sent.message_id;
  attachment = undefined;
  $("attached").textContent = "";
  if (open?.id !== sent.conversation_id) connect(sent.conversation_id);
  await answered(sent.conversation_id);
}

async function answered(conversation_id) {
  const reply = await api.post(
    "/api/bot-response/",
    { conversation_id },
    { message: "text", message_id: "text", conversation_id: "text" },
    200,
  );
  const { message, message_id } = reply;
  $("messages").append(bubble({ id: message_id, sender_name: "System", type: "bot", text: message }, false));
  await conversations();
}

onSubmit("send-form", async ({ message }, form) => {
  form.reset();
  stopTyping();
  await ask(message);
});

$("send-form").elements.message.oninput = () => {
  if (!open) return;
  if (!typingUntil) open.socket.send({ type: "typing", is_typing: true });
  clearTimeout(typingUntil);
  typingUntil = setTimeout(stopTyping, IDLE);
};

function stopTyping() {
  if (!typingUntil) return;
  clearTimeout(typingUntil);
  typingUntil = undefined;
  open?.socket.send({ type: "typing", is_typing: false });
}

$("upload-form").elements.file.onchange = guarded(async (event) => {
  const body = new FormData();
  body.append("file", event.target.files[0]);
  if (open) body.append("conversation_id", open.id);
  attachment = await api.post(
    "/api/chat/upload/",
    body,
    { attachment_id: "text", file_url: "text", file_name: "text", file_size: "number", content_type: "text" },
    200,
  );
  $("attached").textContent = attachment.file_name;
  $("attached").dataset.id = attachment.attachment_id;
  $("upload-form").reset();
});

// ---- notifications ----

const NOTIFICATION = { id: "text", title: "text", message: "text", is_read: "boolean", created_at: "time" };

async function notifications() {
  const { results } = await api.get("/api/notifications", { ...PAGE, results: [NOTIFICATION] });
  $("bell-count").textContent = results.filter((one) => !one.is_read).length;
  $("notifications").replaceChildren(...results.map(notice));
}
$("bell").onclick = guarded(notifications);

function notice({ id, title, message, is_read }) {
  const row = h("li", { "data-state": is_read ? "read" : "unread" }, `${title}: ${message}`);
  const mark = async () => {
    const changed = await api.call("PATCH", `/api/notifications/${id}`, { is_read: true }, 200);
    read(changed, { ...NOTIFICATION, is_read: oneOf(true) }, "the notification");
    await notifications();
  };
  if (!is_read) row.append(" ", h("button", { onclick: mark }, "Mark as read"));
  return row;
}
