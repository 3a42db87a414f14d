// A front end of battery-swap stations: drivers open tickets, the company works on them, and both are told over
// Socket.IO. `?socket=path` connects with the engine's path under the base, else the namespace is under it.
import { $, Api, base, go, guarded, h, maybe, oneOf, onSubmit, read, say } from "../lib.js";
import { io } from "../socket.io.js";

const STATUS = oneOf("open", "in_progress", "closed");
const TYPE = oneOf("battery_issue", "station_issue", "other");
const PROFILE = {
  user_id: "number",
  username: "text",
  email: "string?",
  phone: "string?",
  role: oneOf("driver", "agent", "admin"),
  station_id: "number?",
  email_verified: "boolean",
  created_at: "time",
};
const STATION = {
  station_id: "number",
  name: "text",
  address: "string?",
  status: oneOf("active", "inactive", "maintenance"),
  latitude: "number?",
  longitude: "number?",
};
const TICKET = {
  support_id: "number",
  user_id: "number",
  station_id: "number?",
  type: TYPE,
  description: "text",
  status: STATUS,
  rating: "number?",
  created_at: "time",
  updated_at: "time",
  user: { user_id: "number", username: "text", email: "string?", phone: "string?" },
  station: maybe(STATION),
};
const NOTIFICATION = {
  type: "text",
  title: "text",
  message: "text",
  data: { support_id: "number" },
  priority: oneOf("low", "medium", "high", "urgent"),
  timestamp: "time",
};
const TICKET_DATA = {
  support_id: "number",
  user_id: "number",
  username: "text",
  description: "text",
  status: STATUS,
  station_id: "number?",
  station_name: "string?",
  created_at: "time",
  updated_at: "time",
  response: "string?",
  resolved_at: "time?",
};
const NEXT = { open: ["in_progress", "closed"], in_progress: ["open", "closed"], closed: ["open"] };

const api = new Api((body) => body.message);
let me;
let socket;

// ---- accounts ----

onSubmit("register-form", async (body, form) => {
  const made = await api.post(
    "/api/v1/auth/register",
    body,
    { message: "text", user: { user_id: "number", username: "text", email: "text", role: oneOf("driver") } },
    201,
  );
  form.reset();
  $("registered").textContent = `Welcome, ${made.user.username}: you are a ${made.user.role}`;
});

onSubmit("login-form", async ({ emailOrPhone, password }) => {
  const session = await api.post("/api/v1/auth/login", { emailOrPhone, password }, { access_token: "text" });
  api.token = session.access_token;
  // whoever has no profile is not let in
  await profile();
  $("driver").hidden = me.role !== "driver";
  go("home");
  connect();
  await stations({});
  await tickets();
});

async function profile() {
  me = await api.get("/api/v1/users/me/profile", PROFILE);
  $("me").textContent = `${me.username} (${me.role})${me.email_verified ? "" : ", e-mail not confirmed"}`;
}

$("logout").onclick = guarded(async () => {
  socket.disconnect();
  await api.call("POST", "/api/v1/auth/logout", {});
  api.token = null;
  $("notifications").replaceChildren();
  go("login");
});

onSubmit("forget-form", async ({ email }) => {
  const answer = await api.post("/api/v1/auth/forget-password", { email }, { message: "text" });
  $("forgotten").textContent = answer.message;
});
onSubmit("reset-form", async ({ token, newPassword }, form) => {
  const answer = await api.post("/api/v1/auth/reset-password", { token, newPassword }, { message: "text" });
  form.reset();
  $("forgotten").textContent = answer.message;
});
onSubmit("password-form", async ({ currentPassword, newPassword }, form) => {
  const body = { currentPassword, newPassword };
  const answer = await api.post("/api/v1/users/change-password", body, { message: "text" });
  form.reset();
  $("changed").textContent = answer.message;
});
onSubmit("verify-form", async ({ token }) => {
  await api.get(`/api/v1/auth/verify-email?token=${encodeURIComponent(token.trim())}`, { message: "text" });
  await profile();
});
$("resend").onclick = guarded(async () => {
  const answer = await api.post("/api/v1/auth/resend-verification", { email: me.email }, { message: "text" });
  $("verified").textContent = answer.message;
});

// ---- notifications ----

function connect() {
  const auth = { token: api.token };
  const { origin, pathname } = new URL(base);
  const isByPath = new URLSearchParams(location.search).get("socket") === "path";
  socket = isByPath
    ? io(`${origin}/notifications`, { path: `${pathname}/socket.io`, auth })
    : io(`${base}/notifications`, { auth });
  const on = (event, handler) => socket.on(event, guarded(handler));
  on("connected", (greeting) => {
    read(greeting, { message: oneOf("Successfully connected"), userId: oneOf(me.user_id), role: oneOf(me.role) });
    $("live").dataset.status = "online";
  });
  on("disconnect", () => {
    $("live").dataset.status = "offline";
  });
  on("error", (error) => say(read(error, { message: "text" }, "error").message));
  on("connect_error", (error) => say(`No connection: ${error.message}`));
  on("support:ticket:created", (note) => heard(note, "support_ticket_created", TICKET_DATA));
  on("support:ticket:updated", (note) => heard(note, "support_ticket_updated", TICKET_DATA));
  on("support:ticket:resolved", (note) => heard(note, "support_ticket_resolved", TICKET_DATA));
  on("support:ticket:deleted", (note) => heard(note, "support_ticket_deleted", { support_id: "number" }));
}

async function heard(note, type, data) {
  read(note, { ...NOTIFICATION, type: oneOf(type), data }, type);
  const { title, message, priority, data: about } = note;
  const row = h("li", { "data-type": type, "data-priority": priority }, h("strong", {}, title), ` ${message} `);
  const response = about.response ? `, answered: ${about.response}` : "";
  row.append(h("small", {}, `#${about.support_id} ${about.status ?? ""}${response}`));
  $("notifications").prepend(row);
  await tickets();
}

// ---- stations ----

async function stations({ q, active }) {
  const path = q ? `/search?q=${encodeURIComponent(q)}` : active ? "/active" : "";
  const found = await api.get(`/api/v1/stations${path}`, [STATION]);
  const where = ({ latitude, longitude }) => (latitude === null ? "" : ` at ${latitude}, ${longitude}`);
  const words = (station) => `${station.name}: ${station.status}${where(station)}`;
  $("stations").replaceChildren(...found.map((station) => h("li", {}, words(station))));
  if (q || active) return;
  const choice = (station) => h("option", { value: station.station_id }, station.name);
  $("station-choice").replaceChildren(...found.map(choice));
}
onSubmit("stations-form", stations);

// ---- tickets ----

onSubmit("ticket-form", async (fields) => {
  const { type, description } = fields;
  const numbers = { user_id: me.user_id, station_id: Number(fields.station_id), rating: Number(fields.rating) };
  const made = await api.post("/api/v1/support", { ...numbers, type, description }, TICKET, 201);
  read(made.rating, oneOf(numbers.rating), "the new ticket's rating");
  await tickets();
});

async function tickets() {
  const path = me.role === "driver" ? `/api/v1/support/user/${me.user_id}` : "/api/v1/support";
  const found = await api.get(path, [TICKET]);
  $("tickets").replaceChildren(...found.map(row));
}

function row(ticket) {
  const { support_id, type, description, status, rating, station, user } = ticket;
  const place = station ? ` at ${station.name}` : "";
  const line = h("li", { "data-id": support_id, "data-status": status });
  line.append(h("strong", {}, `#${support_id} ${status}`), ` ${type}${place}, by ${user.username}: ${description}`);
  if (rating !== null) line.append(` ${"★".repeat(rating)}`);
  if (me.role === "driver") return line;
  const set = (next) => h("button", { onclick: () => setStatus(support_id, next) }, `Set ${next}`);
  line.append(" ", ...NEXT[status].map(set));
  line.append(h("button", { onclick: () => remove(support_id) }, "Delete"));
  return line;
}

async function setStatus(id, status) {
  const changed = await api.call("PATCH", `/api/v1/support/${id}/status`, { status }, 200);
  read(changed, { ...TICKET, status: oneOf(status) }, "the changed ticket");
  await tickets();
}

async function remove(id) {
  const gone = await api.call("DELETE", `/api/v1/support/${id}`, undefined, 200);
  read(gone, { support_id: oneOf(id) }, "the deleted ticket");
  await tickets();
}

onSubmit("number-form", async ({ support_id }) => {
  $("looked-up").textContent = "";
  const ticket = await api.get(`/api/v1/support/${support_id}`, TICKET);
  $("looked-up").textContent = `#${ticket.support_id} is ${ticket.status}`;
});
