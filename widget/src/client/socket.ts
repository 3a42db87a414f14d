import { SessionOver } from "./problem";
import type { InFrame, OutFrame } from "../wire/frames";

/** Where a socket is opened: the token goes beside the URL, as a subprotocol, so that it is in nobody's log. */
export interface Address {
  /** With `since`, where a stream is continued. */
  url: string;
  token: string;
}

/** What happens on a socket that keeps itself connected. */
interface SocketEvents {
  /** The `connected` frame is here: frames may be sent. */
  open(): void;
  frame(frame: InFrame): void;
  /** It is down, or could not be opened; it will be tried again. `failures` counts attempts since it was last open. */
  down(failures: number): void;
  /** The server said not to come back; its reason is for people. */
  stopped(code: number, reason: string): void;
}

/** The server refused the token: the next attempt needs another. */
const TOKEN_REFUSED = 4001;
/** No access, deleted, session revoked: coming back would change nothing. */
const FINAL = [4003, 4004, 4014];
/** Too fast, or too many sockets. */
const TOO_FAST = 4013;
const TOO_FAST_WAIT_MS = 5000;
const OPENING_MS = 8000;
const PING_MS = 25_000;
const PONG_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;

/** The wait before the n-th attempt in a row: doubling, spread, so that not everybody returns at the same moment. */
export const backoff = (failures: number, longest = LONGEST_WAIT_MS): number =>
  Math.min(longest, 500 * 2 ** Math.min(failures, 8)) * (0.6 + 0.4 * Math.random());

/** A conversation's (or the inbox's) socket, reconnecting for as long as it is started. */
export class ConversationSocket {
  private socket: WebSocket | undefined;
  private isConnected = false;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private lifeTimer: ReturnType<typeof setTimeout> | undefined;
  private run = 0;

  /** `address` is asked before each attempt; `refused`: the server did not accept the last token. */
  constructor(
    private readonly address: (refused: boolean) => Promise<Address>,
    private readonly events: SocketEvents,
    private readonly longestWait = LONGEST_WAIT_MS,
  ) {}

  /** Whether frames can be sent. */
  get isOpen(): boolean {
    return this.isConnected;
  }

  /** Connects, and stays connected until stopped. */
  start(): void {
    this.stop();
    void this.attempt(this.run, false);
  }

  /** Ends it; no event comes any more. */
  stop(): void {
    this.run++;
    this.failures = 0;
    this.drop();
  }

  /** Tries now instead of after the wait: the network is back, say. */
  retryNow(): void {
    if (this.socket || this.retryTimer === undefined) return;
    clearTimeout(this.retryTimer);
    void this.attempt(this.run, false);
  }

  /** False where it is not open: nothing was sent. */
  send(frame: OutFrame): boolean {
    if (!this.isConnected || this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives up a connection that does not answer, and begins another. */
  reconnect(): void {
    if (this.socket) this.closed(this.socket, this.run);
  }

  private async attempt(run: number, refused: boolean): Promise<void> {
    this.retryTimer = undefined;
    try {
      const { url, token } = await this.address(refused);
      if (run !== this.run) return;
      // looked up now: the chat test page replaces it to block sockets
      const socket = new globalThis.WebSocket(url, ["bearer", token]);
      this.socket = socket;
      this.lifeTimer = setTimeout(() => this.closed(socket, run), OPENING_MS);
      socket.onmessage = (event) => this.received(socket, run, String(event.data));
      socket.onclose = (event) => this.closed(socket, run, event.code, event.reason);
    } catch (error) {
      if (run !== this.run) return;
      if (error instanceof SessionOver) {
        this.end(TOKEN_REFUSED);
      } else {
        // no token can be had now, or the WebSocket throws: treated as one that does not open
        this.failed(run, 0);
      }
    }
  }

  private received(socket: WebSocket, run: number, text: string): void {
    if (run !== this.run || socket !== this.socket) return;
    let frame: InFrame;
    try {
      frame = JSON.parse(text) as InFrame;
    } catch {
      return;
    }
    this.expectLife(socket, run);
    if (!this.isConnected && frame.type === "connected") {
      this.isConnected = true;
      this.failures = 0;
      this.events.open();
    }
    this.events.frame(frame);
  }

  /** Pings a connection that has been quiet; one that does not answer is given up. */
  private expectLife(socket: WebSocket, run: number): void {
    clearTimeout(this.lifeTimer);
    this.lifeTimer = setTimeout(() => {
      this.send({ type: "ping" });
      this.lifeTimer = setTimeout(() => this.closed(socket, run), PONG_MS);
    }, PING_MS);
  }

  private closed(socket: WebSocket, run: number, code = 0, reason = ""): void {
    if (run !== this.run || socket !== this.socket) return;
    this.drop();
    if (FINAL.includes(code)) this.end(code, reason);
    else this.failed(run, code);
  }

  private end(code: number, reason = ""): void {
    this.run++;
    this.events.stopped(code, reason);
  }

  private failed(run: number, code: number): void {
    this.failures++;
    this.events.down(this.failures);
    if (run !== this.run) return;
    const refused = code === TOKEN_REFUSED;
    const atLeast = code === TOO_FAST ? TOO_FAST_WAIT_MS : 0;
    const wait = refused && this.failures === 1 ? 0 : atLeast + backoff(this.failures, this.longestWait);
    this.retryTimer = setTimeout(() => void this.attempt(run, refused), wait);
  }

  private drop(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.lifeTimer);
    this.retryTimer = undefined;
    this.isConnected = false;
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
