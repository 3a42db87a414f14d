/** How a client of each dialect connects, and what it says. */
import { type Socket, io } from "socket.io-client";

export type DialectName = "crm" | "helpdesk" | "rooms" | "team" | "support";

/** What a connection tells its panel, each frame as it was on the wire. */
interface Ears {
  open(): void;
  frame(direction: "in" | "out", text: string): void;
  closed(code: number | null, reason: string): void;
}

export interface Connection {
  send(text: string): void;
  close(): void;
}

/** Who connects to what. Without a token only `rooms` lets somebody in. */
export interface Place {
  username: string;
  token?: string;
  id: string;
}

interface Dialect {
  title: string;
  /** What its id names; none where a client hears of all that concerns its user. */
  idName: string | null;
  idHint: string;
  /** The guide's clients have no token. */
  needsToken: boolean;
  /** A text as this dialect's frame. */
  say(text: string, place: Place): unknown;
  connect(place: Place, ears: Ears): Connection;
}

const part = encodeURIComponent;

export const DIALECTS: Record<DialectName, Dialect> = {
  crm: {
    title: "crm",
    idName: "Conversation",
    idHint: "conversation id",
    needsToken: true,
    say: (text) => ({ type: "message", text, client_id: crypto.randomUUID?.() ?? String(Date.now()) }),
    connect: (place, ears) => plain(`/ws/chat/${part(place.id)}/?token=${part(place.token ?? "")}`, ears),
  },
  helpdesk: {
    title: "helpdesk",
    idName: "Ticket",
    idHint: "TKT-…",
    needsToken: true,
    say: (content, { id }) => ({ type: "chat", ticket_id: id, content }),
    connect: (place, ears) => plain(`/ws/chat/${part(place.id)}?token=${part(place.token ?? "")}`, ears),
  },
  rooms: {
    title: "rooms",
    idName: "Room",
    idHint: "chat-… or conversation id",
    needsToken: false,
    say: (content) => ({ type: "message", content }),
    connect: (place, ears) => {
      const token = place.token ? `&token=${part(place.token)}` : "";
      return plain(`/api/chats/ws/${part(place.id)}?user_id=${part(place.username)}${token}`, ears);
    },
  },
  team: {
    title: "team",
    idName: "Conversation",
    idHint: "conversation id",
    needsToken: true,
    say: (content) => ({ type: "message", content }),
    connect: (place, ears) => plain(`/api/chat/ws/${part(place.id)}?token=${part(place.token ?? "")}`, ears),
  },
  support: {
    title: "support",
    idName: null,
    idHint: "hears of its user's tickets",
    needsToken: true,
    // its clients listen; what was missed is sent again
    say: () => ["notifications:sync", {}],
    connect: notifications,
  },
};

/** A WebSocket, its text frames untouched. */
function plain(path: string, ears: Ears): Connection {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.onopen = () => ears.open();
  socket.onmessage = (event) => ears.frame("in", String(event.data));
  socket.onclose = (event) => ears.closed(event.code, event.reason);
  return {
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) throw new Error("The socket is not open");
      socket.send(text);
      ears.frame("out", text);
    },
    close: () => socket.close(1000),
  };
}

/** The parts of an Engine.IO packet; `message` is the type 4 on the wire. */
interface Packet {
  type: string;
  data?: unknown;
}

/**
 * Socket.IO's namespace `/notifications`, its packets as they are on the wire; the token is left out of what is shown.
 */
function notifications(place: Place, ears: Ears): Connection {
  const socket: Socket = io("/notifications", {
    auth: { token: place.token ?? "" },
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
  });
  const show = (direction: "in" | "out") => (packet: Packet) => {
    if (packet.type !== "message") return;
    const text = `4${String(packet.data)}`;
    ears.frame(direction, place.token ? text.replaceAll(place.token, "…") : text);
  };
  const engine = socket.io;
  engine.on("open", () => {
    engine.engine.on("packet", show("in"));
    engine.engine.on("packetCreate", show("out"));
  });
  let isOver = false;
  const over = (reason: string) => {
    if (isOver) return;
    isOver = true;
    ears.closed(null, reason);
  };
  socket.on("connect", () => ears.open());
  socket.on("disconnect", (reason) => over(reason));
  socket.on("connect_error", (error) => over(error.message));
  return {
    send: (text) => {
      const event: unknown = JSON.parse(text);
      if (!Array.isArray(event) || typeof event[0] !== "string") throw new Error('An event is a list: ["name", {…}]');
      socket.emit(event[0], ...(event.slice(1) as unknown[]));
    },
    close: () => socket.disconnect(),
  };
}
