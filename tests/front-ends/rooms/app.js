// A front end of plain chat rooms: nobody signs in, a person is a name in `?user_id=`.
import { $, Api, go, guarded, h, maybe, onSubmit, openSocket, read, say } from "../lib.js";

const CHAT = { id: "text", name: "text", metadata: "object", created_at: "time" };
const PART = { chat_id: "text", participant_id: "text", joined_at: "time" };
const MESSAGE = { message_id: "text", chat_id: "text", sender_id: "text", content: "string", created_at: "time" };
const FRAMES = {
  system: { content: "text", chat_id: "text", timestamp: "time" },
  message: {
    content: "string",
    sender_id: "text",
    chat_id: "text",
    timestamp: "time",
    message_id: "text",
    created_at: "time",
  },
  pong: { timestamp: "time" },
  error: { content: "text" },
};

const api = new Api((body) => body.detail);
let here; // the open room: id, user, socket

// ---- the lobby ----

onSubmit("create-form", async ({ user_id, name }) => {
  const chat = await api.post("/api/chats", { name, created_by: user_id, metadata: { topic: "tests" } }, CHAT, 201);
  await enter(chat.id, user_id);
});

onSubmit("join-form", async ({ user_id, chat_id }) => {
  // those who are newly added: none, where they are in it already
  await api.post(`/api/chats/${chat_id}/participants`, { participant_ids: [user_id] }, [PART], 201);
  await enter(chat_id, user_id);
});

onSubmit("mine-form", async ({ user_id }) => {
  const chats = await api.get(`/api/chats/participant/${user_id}`, [CHAT]);
  const buttons = chats.map((chat) => h("button", { onclick: () => enter(chat.id, user_id) }, chat.name));
  $("rooms").replaceChildren(...buttons.map((button) => h("li", {}, button)));
});

// ---- a room ----

async function enter(id, user) {
  const { chat, participants } = await api.get(`/api/chats/${id}`, { chat: CHAT, participants: [PART] });
  const history = await api.get(`/api/chats/${id}/messages?limit=50&offset=0`, [MESSAGE]);
  go("room");
  document.title = `${user} in ${chat.name}`;
  $("room-name").textContent = chat.name;
  $("room-id").textContent = chat.id;
  people(participants);
  $("messages").replaceChildren(...history.map((message) => said(message, user)));
  const socket = openSocket(`/api/chats/ws/${id}?user_id=${encodeURIComponent(user)}`, {
    frame: (frame) => {
      if (!FRAMES[frame.type]) throw new Error(`a frame of type ${frame.type}`);
      // what comes while the socket closes is nobody's
      return here && HEARD[frame.type](read(frame, FRAMES[frame.type], frame.type));
    },
    closed: (event) => {
      if (here) say(`Closed: ${event.code} ${event.reason}`);
    },
  });
  here = { id, user, socket };
}

function people(participants) {
  $("people").replaceChildren(...participants.map((part) => h("li", {}, part.participant_id)));
}

function said({ message_id, sender_id, content }, user) {
  return h(
    "li",
    { className: sender_id === user ? "own" : "", "data-id": message_id },
    h("strong", {}, sender_id),
    ": ",
    content,
  );
}

const HEARD = {
  async system({ content }) {
    $("messages").append(h("li", { "data-system": "" }, h("small", {}, content)));
    const found = await api.get(`/api/chats/${here.id}`, { participants: [PART] });
    people(found.participants);
  },
  message(frame) {
    $("messages").append(said(frame, here.user));
    // the word is misspelt in the back end that this front end was written for
    const { message_id, sender_id } = frame;
    if (sender_id !== here.user) {
      here.socket.send({ type: "ack-message-recieved", message_id, recipient_id: here.user });
    }
  },
  pong({ timestamp }) {
    $("pong").textContent = `pong at ${timestamp}`;
  },
  error({ content }) {
    say(content);
  },
};

onSubmit("send-form", ({ content }, form) => {
  here.socket.send({ type: "message", content });
  form.reset();
});

$("ping").onclick = () => here.socket.send({ type: "ping" });
// its back end knows no such type and says nothing
$("wave").onclick = () => here.socket.send({ type: "wave", content: "hello" });

$("sync").onclick = guarded(async () => {
  const { items, count } = await api.get(`/api/chats/${here.id}/sync?user_id=${encodeURIComponent(here.user)}`, {
    items: [MESSAGE],
    count: "number",
    recipient_id: "text",
    last_evaluated_key: maybe((value) => value),
  });
  if (items.length !== count) throw new Error(`${items.length} items, but a count of ${count}`);
  $("unread").textContent = `${count} unread`;
});

$("stats").onclick = guarded(async () => {
  const stats = await api.get("/api/chats/ws/stats", {
    total_connections: "number",
    active_rooms: ["text"],
    rooms_count: "number",
  });
  const is = stats.active_rooms.includes(here.id) ? "is" : "is not";
  $("figures").textContent = `${stats.total_connections} connections; this room ${is} active`;
});

$("leave").onclick = () => {
  const { socket } = here;
  here = undefined;
  socket.close();
  go("lobby");
};
