// A help desk's front end: where somebody lands depends on the role; users ask the bot and open tickets, agents answer
// them with the bot's help, admins have the panel.
import { $, Api, go, guarded, h, maybe, oneOf, onSubmit, openSocket, read, say } from "../lib.js";
import { showPanel } from "./panel.js";

const ROLE = oneOf("user", "it_agent", "hr_agent", "agent", "admin");
const SENDER = oneOf("user", "it_agent", "hr_agent", "agent", "admin", "bot");
const DEPARTMENT = maybe(oneOf("IT", "HR"));
const TICKET = {
  id: "text",
  ticket_id: (value, path) => {
    if (!/^TKT-\d+-[A-Z0-9]{6}$/.test(value)) throw new Error(`${path} is ${value}`);
    return value;
  },
  title: "text",
  description: "text",
  urgency: oneOf("low", "medium", "high"),
  status: oneOf("open", "assigned", "resolved", "closed"),
  department: DEPARTMENT,
  assignee_id: "string?",
  user_id: "text",
  user_info: { user_id: "text", username: "text", email: "string?" },
  created_at: "time",
  updated_at: "time",
  closed_at: "time?",
  misuse_flag: "boolean",
  feedback: "string?",
};
const MESSAGE = {
  id: "text",
  ticket_id: "text",
  sender_id: "text",
  sender_role: SENDER,
  message_type: oneOf("user_message", "agent_message", "system_message"),
  content: "string",
  isAI: "boolean",
  feedback: oneOf("up", "down", "none"),
  timestamp: "time",
};
const NOTIFICATION = {
  id: "text",
  notification_id: "text",
  user_id: "text",
  title: "text",
  message: "text",
  type: "text",
  read: "boolean",
  data: "object",
  created_at: "time",
  read_at: "time?",
};
const HOME = { message: "text", role: ROLE, features: ["text"] };
const BOT = {
  title: "text",
  description: "text",
  endpoint: "text",
  method: oneOf("POST"),
  example_queries: ["text"],
};
const SOURCE = { title: "text" };

const api = new Api((body) => body.detail);
let me;
let open; // the ticket whose chat is open: id, socket
let bot; // where questions go

// ---- signing in, and where one lands ----

onSubmit("login-form", async ({ username, password }) => {
  const session = await api.post(
    "/auth/login",
    { username, password },
    { access_token: "text", token_type: oneOf("bearer"), role: ROLE, username: "text", user_id: "text" },
  );
  api.token = session.access_token;
  me = await api.get("/auth/me", { user_id: "text", username: "text", role: ROLE, department: DEPARTMENT });
  $("me").textContent = `${me.username} (${me.role})`;
  go("home");
  await land();
  await bell();
  await tickets();
});

$("logout").onclick = guarded(async () => {
  open?.socket.close();
  open = undefined;
  await api.post("/auth/logout", {}, { message: "text" }, 200);
  location.reload();
});

async function land() {
  const kind = me.role === "user" ? "user" : me.role === "admin" ? "admin" : "agent";
  const form = { ...HOME, [kind]: "text", ...(kind === "user" ? { self_serve_bot: BOT } : {}) };
  const home = await api.get(`/${kind}/home`, form);
  read(home.role, oneOf(me.role), "the role of the landing page");
  if (me.department) read(home.department, oneOf(me.department), "the department of the landing page");
  $("welcome").textContent = home.message;
  $("features").replaceChildren(...home.features.map((feature) => h("li", {}, feature)));
  $("bot").hidden = kind !== "user";
  $("suggest").hidden = $("work").hidden = kind === "user";
  if (kind === "user") offer(home.self_serve_bot);
  if (kind === "admin") await showPanel(api);
}

function offer(offered) {
  bot = offered;
  $("bot-title").textContent = bot.title;
  $("bot-description").textContent = bot.description;
  $("examples").replaceChildren(
    ...bot.example_queries.map((query) => h("button", { onclick: () => question(query) }, query)),
  );
}

async function question(query) {
  const body = { query, session_id: "tests" };
  const { answer, sources } = await api.post(bot.endpoint, body, { answer: "text", sources: [SOURCE] }, 200);
  $("bot-answer").textContent = answer;
  $("bot-answer").dataset.sources = sources.length;
}
onSubmit("bot-form", ({ query }) => question(query));

// ---- notifications ----

async function bell() {
  const counts = await api.get("/notifications/unread-count", { unread_count: "number", total_count: "number" });
  $("bell-count").textContent = counts.unread_count;
}

$("bell").onclick = guarded(async () => {
  const page = await api.get("/notifications?page=1&limit=20", {
    notifications: [NOTIFICATION],
    total: "number",
    page: oneOf(1),
    limit: oneOf(20),
    has_next: "boolean",
    unread_count: "number",
  });
  $("notifications").replaceChildren(...page.notifications.map(notice));
  $("bell-count").textContent = page.unread_count;
});

function notice({ notification_id, title, message, type, read: isRead }) {
  const row = h("li", { "data-type": type, "data-state": isRead ? "read" : "unread" }, `${title}: ${message} `);
  if (isRead) return row;
  const mark = async () => {
    const done = await api.call("PUT", `/notifications/${notification_id}/read`, undefined, 200);
    read(done, { message: "text", notification_id: oneOf(notification_id) }, "the mark");
    row.dataset.state = "read";
    await bell();
  };
  row.append(h("button", { onclick: mark }, "Mark as read"));
  return row;
}

$("mark-all").onclick = guarded(async () => {
  const done = await api.call("PUT", "/notifications/mark-all-read", undefined, 200);
  read(done, { message: "text", count: "number" }, "mark-all-read");
  for (const row of document.querySelectorAll("#notifications li")) row.dataset.state = "read";
  await bell();
});

// ---- tickets ----

async function tickets() {
  const page = await api.get("/tickets?page=1&limit=10", {
    tickets: [TICKET],
    total_count: "number",
    page: oneOf(1),
    limit: oneOf(10),
    total_pages: "number",
  });
  $("total").textContent = page.total_count;
  const button = (ticket) => h("button", { onclick: () => enter(ticket.ticket_id) }, ticket.title);
  const line = (ticket) => h("small", {}, ` ${ticket.status}, ${ticket.urgency}, by ${ticket.user_info.username}`);
  $("tickets").replaceChildren(
    ...page.tickets.map((ticket) => h("li", { "data-status": ticket.status }, button(ticket), line(ticket))),
  );
}

onSubmit("ticket-form", async ({ title, description, urgency }, form) => {
  const made = await api.post("/tickets", { title, description, urgency }, TICKET, 201);
  form.reset();
  await tickets();
  await enter(made.ticket_id);
});

async function enter(id) {
  open?.socket.close();
  const ticket = await api.get(`/tickets/${id}`, TICKET);
  const { messages } = await api.get(`/tickets/${id}/messages?page=1&limit=50`, {
    messages: [MESSAGE],
    pagination: { page: oneOf(1), limit: "number", total: "number", has_more: "boolean" },
  });
  $("chat").hidden = false;
  $("chat-title").textContent = `${ticket.ticket_id}: ${ticket.title}`;
  $("status").textContent = ticket.status;
  $("presence").textContent = "";
  $("messages").replaceChildren(...messages.map(bubble));
  const socket = openSocket(`/ws/chat/${id}?token=${api.token}`, {
    frame: (frame) => HEARD[frame.type]?.(frame),
    closed: (event) => {
      if (open?.socket === socket) say(`Closed: ${event.code} ${event.reason}`);
    },
  });
  open = { id, socket, messages };
}

function bubble({ id, sender_id, sender_role, message_type, content, isAI }) {
  const own = sender_id === me.user_id;
  const row = h("li", { className: own ? "own" : "", "data-id": id, "data-type": message_type });
  row.append(h("strong", {}, own ? "you" : sender_role), isAI ? " (AI) " : " ", h("span", {}, content));
  return row;
}

const SOMEBODY = { user_id: "text", username: "text", user_role: ROLE, timestamp: "time" };
const HEARD = {
  connection_established(frame) {
    read(frame, { ticket_id: oneOf(open.id), user_id: oneOf(me.user_id), connection_id: "text", timestamp: "time" });
    $("presence").textContent = "connected";
  },
  user_joined(frame) {
    const { username, user_role } = read(frame, SOMEBODY, "user_joined");
    $("presence").textContent = `${username} (${user_role}) joined`;
  },
  user_left(frame) {
    $("presence").textContent = `${read(frame, SOMEBODY, "user_left").username} left`;
  },
  new_message(frame) {
    const { message } = read(frame, { message: MESSAGE }, "new_message");
    $("typing").textContent = "";
    $("messages").append(bubble(message));
    open.messages.push(message);
  },
  typing(frame) {
    read(frame, { ticket_id: oneOf(open.id), user_id: "text", timestamp: "time" }, "typing");
    $("typing").textContent = "Somebody is typing…";
  },
  error(frame) {
    say(read(frame, { message: "text", timestamp: "time" }, "error").message);
  },
};

let fromBot = false; // whether what is in the field is the bot's suggestion
onSubmit("send-form", ({ content }, form) => {
  const message_type = me.role === "user" ? "user_message" : "agent_message";
  open.socket.send({ type: "chat", ticket_id: open.id, content, message_type, isAI: fromBot, feedback: "none" });
  fromBot = false;
  form.reset();
});
$("send-form").elements.content.oninput = () => open.socket.send({ type: "typing", ticket_id: open.id });

$("suggest").onclick = guarded(async () => {
  const conversation_context = open.messages.map(({ sender_role, content }) => ({ sender_role, content }));
  const { suggested_response } = await api.post(
    "/ai/suggest-response",
    { ticket_id: open.id, conversation_context },
    { suggested_response: "text", sources: [SOURCE] },
    200,
  );
  $("send-form").elements.content.value = suggested_response;
  fromBot = true;
});

$("resolve").onclick = guarded(async () => {
  const changed = await api.call("PUT", `/tickets/${open.id}`, { status: "resolved" }, 200);
  $("status").textContent = read(changed, TICKET, "the ticket").status;
  await tickets();
});
