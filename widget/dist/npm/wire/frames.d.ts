/** What passes on sockets; asyncapi.yaml describes it in full. */
import type { Source } from "./schema.js";
/** What the server says on a socket. Members that a type does not have are absent. */
export interface InFrame {
    type: string;
    [member: string]: unknown;
}
/** What a client says on a socket. */
export interface OutFrame {
    type: "message" | "typing" | "read" | "edit" | "delete" | "reaction" | "presence" | "ping";
    [member: string]: unknown;
}
/** A reply that the bot proposes to the agent. */
export interface Suggestion {
    text: string;
    sources: Source[];
}
/** What passed between client and server, for logs; never with a token. */
export interface Traffic {
    direction: "in" | "out";
    via: "socket" | "http";
    frame: unknown;
}
