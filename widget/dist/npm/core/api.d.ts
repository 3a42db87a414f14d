import type { Traffic } from "../wire/frames.js";
import type { Message } from "../wire/schema.js";
/** How the server is reached, and whether it is. */
export type ConnectionState = "connecting" | "socket" | "polling" | "offline";
/** What a page can listen to, with what it is told. */
export interface WidgetEvents {
    ready: Record<string, never>;
    open: Record<string, never>;
    close: Record<string, never>;
    message: Message;
    unread: {
        count: number;
    };
    "conversation-change": {
        conversationId: string | null;
    };
    connection: {
        state: ConnectionState;
    };
    frame: Traffic;
}
/** What a page can do with the widget: `element.api`, `window.chatBot` and the commands of `Switchboard(…)`. */
export interface WidgetApi {
    open(): void;
    close(): void;
    toggle(): void;
    /** Shows the button again after `hide`. */
    show(): void;
    /** Hides button and panel; messages still arrive. */
    hide(): void;
    /** A visitor token of the site (or an access token of ours) says who is talking now. */
    setUser(token: string): void;
    /** Signs out and forgets the conversation. */
    reset(): Promise<void>;
    /** Calls `listener` at each event; call what is returned to end that. */
    on<K extends keyof WidgetEvents>(event: K, listener: (detail: WidgetEvents[K]) => void): () => void;
    /** Whether there is a live connection (a socket). */
    isConnected(): boolean;
    getConversationId(): string | null;
}
/** The queue that the loader (or a stub before it) fills until we are here. */
export interface CommandQueue {
    (command: string, ...args: unknown[]): unknown;
    q?: unknown[][];
}
/** Runs a command of `Switchboard(command, …args)`. */
export declare function run(api: WidgetApi, command: unknown, args: unknown[]): unknown;
