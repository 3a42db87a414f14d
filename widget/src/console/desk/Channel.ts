/** A socket that stays: it comes back after a loss, with a fresh token, and says so. */
import { sessionEnded, access } from "../session";

export type Frame = { type: string } & Record<string, unknown>;
export type ChannelState = "connecting" | "live" | "reconnecting" | "closed";

interface Hooks {
  /** The path and query to connect to, asked at each attempt (for `since`). */
  path: () => string;
  frame: (frame: Frame) => void;
  state: (state: ChannelState) => void;
  /** The server refused for good: no access, or deleted. */
  refused?: (code: number, reason: string) => void;
}

const QUIET = 25_000;
const ANSWER = 10_000;

export class Channel {
  private socket: WebSocket | undefined;
  private attempts = 0;
  private ended = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setTimeout> | undefined;
  private used = "";

  constructor(private readonly hooks: Hooks) {
    addEventListener("online", this.now);
    addEventListener("offline", this.lost);
    void this.connect();
  }

  get isLive(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** True where it was handed to an open socket. */
  send(frame: object): boolean {
    if (!this.isLive) return false;
    this.socket?.send(JSON.stringify(frame));
    return true;
  }

  close(): void {
    this.ended = true;
    removeEventListener("online", this.now);
    removeEventListener("offline", this.lost);
    clearTimeout(this.retry);
    clearTimeout(this.beat);
    this.socket?.close(1000);
    this.hooks.state("closed");
  }

  private readonly now = () => {
    if (this.ended || this.isLive) return;
    clearTimeout(this.retry);
    this.attempts = 0;
    void this.connect();
  };

  /** A machine without a network keeps its sockets "open" for minutes. */
  private readonly lost = () => this.socket?.close();

  private async connect(): Promise<void> {
    this.hooks.state(this.attempts ? "reconnecting" : "connecting");
    try {
      this.used = await access();
    } catch {
      // signed out, which ends this channel too, or the server is away
      return this.again(0);
    }
    if (this.ended) return;
    const before = this.socket;
    if (before && before.readyState <= WebSocket.OPEN) before.close();
    const url = new URL(this.hooks.path(), location.href.replace(/^http/, "ws"));
    const socket = new WebSocket(url, ["bearer", this.used]);
    this.socket = socket;
    socket.onmessage = (event) => this.hear(String(event.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event);
  }

  private hear(text: string): void {
    let frame: Frame;
    try {
      frame = JSON.parse(text) as Frame;
    } catch {
      return;
    }
    this.watch();
    if (frame.type === "pong") return;
    if (frame.type === "connected") {
      this.attempts = 0;
      this.hooks.frame(frame);
      this.hooks.state("live");
      return;
    }
    this.hooks.frame(frame);
  }

  /** After silence it asks; without an answer the connection is dead. */
  private watch(): void {
    clearTimeout(this.beat);
    this.beat = setTimeout(() => {
      if (!this.send({ type: "ping" })) return;
      this.beat = setTimeout(() => this.socket?.close(), ANSWER);
    }, QUIET);
  }

  private closed(event: CloseEvent): void {
    clearTimeout(this.beat);
    if (this.ended) return;
    if (event.code === 4014) return sessionEnded();
    if (event.code === 4003 || event.code === 4004) {
      this.close();
      this.hooks.refused?.(event.code, event.reason);
      return;
    }
    if (event.code === 4001) {
      access(this.used).then(
        () => this.again(0),
        () => this.again(1_000),
      );
      return;
    }
    this.again(event.code === 4013 ? 5_000 : 0);
  }

  private again(atLeast: number): void {
    if (this.ended) return;
    this.attempts += 1;
    this.hooks.state("reconnecting");
    // a restart drops everybody at once: they come back spread out
    const step = Math.min(10_000, 250 * 2 ** Math.min(this.attempts, 6));
    this.retry = setTimeout(() => void this.connect(), atLeast + step * (0.5 + Math.random() * 0.5));
  }
}
