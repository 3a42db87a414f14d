/** The console's sockets: each reconnects with a valid token, and tells its state. */
import { ConversationSocket, type Address } from "../../client/socket";
import type { InFrame, OutFrame } from "../../wire/frames";
import { access, rest, sessionEnded } from "../session";

export type ChannelState = "connecting" | "live" | "reconnecting" | "closed";

interface Hooks {
  /** The path and query to connect to, asked at each attempt (for `since`). */
  path: () => string;
  frame: (frame: InFrame) => void;
  state: (state: ChannelState) => void;
  /** The server refused for good: no access, or deleted. */
  refused?: (reason: string) => void;
}

/** Agents look at the screen: they should not wait half a minute for a server that is back. */
const LONGEST_WAIT_MS = 10_000;
const SESSION_REVOKED = 4014;
const GONE = [4003, 4004];

export class Channel {
  private readonly socket: ConversationSocket;
  private token: string | undefined;

  constructor(private readonly hooks: Hooks) {
    const events = {
      open: () => hooks.state("live"),
      frame: (frame: InFrame) => {
        if (frame.type !== "pong") hooks.frame(frame);
      },
      down: () => hooks.state("reconnecting"),
      stopped: (code: number, reason: string) => this.stopped(code, reason),
    };
    this.socket = new ConversationSocket((refused) => this.address(refused), events, LONGEST_WAIT_MS);
    addEventListener("online", this.back);
    addEventListener("offline", this.lost);
    hooks.state("connecting");
    this.socket.start();
  }

  /** True where it was handed to an open socket. */
  send(frame: OutFrame): boolean {
    return this.socket.send(frame);
  }

  close(): void {
    removeEventListener("online", this.back);
    removeEventListener("offline", this.lost);
    this.socket.stop();
    this.hooks.state("closed");
  }

  private readonly back = () => this.socket.retryNow();

  /** Without a network sockets stay "open" for minutes: each is given up at once. */
  private readonly lost = () => this.socket.reconnect();

  private async address(refused: boolean): Promise<Address> {
    this.token = await access(refused ? this.token : undefined);
    return { url: rest.url(this.hooks.path()).replace(/^http/, "ws"), token: this.token };
  }

  /** Where nobody is signed in any more, the desk closes this with all else. */
  private stopped(code: number, reason: string): void {
    if (code === SESSION_REVOKED) sessionEnded();
    if (!GONE.includes(code)) return;
    this.close();
    this.hooks.refused?.(reason);
  }
}
