import { signal } from "@preact/signals";
import { Problem, SessionOver } from "../client/problem";
import type { Rest } from "../client/rest";
import { ConversationSocket, type Address, backoff } from "../client/socket";
import type { InFrame, OutFrame, Traffic } from "../wire/frames";
import type { Changes } from "../wire/schema";
import type { ConnectionState } from "./api";

/** What the connection asks of, and tells, the chat. */
interface Context {
  /** The conversation; null before there is one (then the inbox is listened to). */
  conversationId(): string | null;
  /** Whatever has to be known before a stream can be continued; called before each attempt. */
  prepare(): Promise<void>;
  /** The stream's position. */
  since(): number;
  frame(frame: InFrame): void;
  changes(changes: Changes): void;
  /** The socket is down: frames that it has not acknowledged may be lost. */
  disconnected(): void;
  /** The server refused for good (a close code or a status). */
  refused(code: number): void;
  traffic(traffic: Traffic): void;
}

/** After so many failed attempts, or so long, it polls until there is a socket. */
const FAILURES_BEFORE_POLLING = 2;
const MS_BEFORE_POLLING = 4000;
const POLL_SECONDS = 25;
const LONGEST_PAUSE_MS = 8000;

/** A stream of changes: by socket where possible, by long polling where not, and back to the socket by itself. */
export class Connection {
  readonly state = signal<ConnectionState>("offline");
  private readonly socket: ConversationSocket;
  private started = false;
  private pollingTimer: ReturnType<typeof setTimeout> | undefined;
  private polling: AbortController | undefined;
  private token: string | undefined;
  /** Our position while a catch-up after `resync` is incomplete: what the socket brings meanwhile is newer. */
  private catchUpFrom: number | undefined;

  constructor(
    private readonly rest: Rest,
    private readonly context: Context,
  ) {
    this.socket = new ConversationSocket((refused) => this.address(refused), {
      open: () => this.opened(),
      frame: (frame) => this.received(frame),
      down: (failures) => this.down(failures),
      stopped: (code) => this.end(code),
    });
  }

  get isStarted(): boolean {
    return this.started;
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    addEventListener("online", this.retryNow);
    addEventListener("offline", this.networkLost);
    document.addEventListener("visibilitychange", this.retryNow);
    this.connect();
  }

  stop(): void {
    this.started = false;
    removeEventListener("online", this.retryNow);
    removeEventListener("offline", this.networkLost);
    document.removeEventListener("visibilitychange", this.retryNow);
    this.stopPolling();
    clearTimeout(this.pollingTimer);
    this.socket.stop();
    this.catchUpFrom = undefined;
    this.state.value = "offline";
  }

  /** There is another conversation to listen to. */
  moved(): void {
    if (!this.started) return;
    this.stopPolling();
    this.catchUpFrom = undefined;
    this.connect();
  }

  /** Sends on the socket; false where there is none. */
  send(frame: OutFrame): boolean {
    if (this.context.conversationId() === null || !this.socket.send(frame)) return false;
    this.context.traffic({ direction: "out", via: "socket", frame });
    return true;
  }

  /** Gives up a socket that does not acknowledge, and opens another. */
  reconnect(): void {
    this.socket.reconnect();
  }

  /** Tries again at once: the network or the page is back. */
  readonly retryNow = (): void => {
    if (document.visibilityState === "hidden") return;
    this.socket.retryNow();
    this.endPause();
  };

  /** A socket that has not noticed that the network is gone would accept frames and lose them. */
  private readonly networkLost = (): void => this.socket.reconnect();

  private endPause: () => void = () => {};

  private connect(): void {
    this.state.value = "connecting";
    clearTimeout(this.pollingTimer);
    this.pollingTimer = setTimeout(() => this.poll(), MS_BEFORE_POLLING);
    this.socket.start();
  }

  private async address(refused: boolean): Promise<Address> {
    await this.context.prepare();
    this.token = await this.rest.tokens.access(refused ? this.token : undefined);
    const id = this.context.conversationId();
    const url = new URL(`${this.rest.base}${id === null ? "/ws/inbox/" : `/ws/chat/${id}/`}`);
    url.protocol = url.protocol.replace("http", "ws");
    if (id !== null) url.searchParams.set("since", String(this.catchUpFrom ?? this.context.since()));
    return { url: url.href, token: this.token };
  }

  private opened(): void {
    clearTimeout(this.pollingTimer);
    this.stopPolling();
    this.state.value = "socket";
  }

  private received(frame: InFrame): void {
    if (frame.type !== "pong") this.context.traffic({ direction: "in", via: "socket", frame });
    if (frame.type === "resync") void this.catchUp();
    else this.context.frame(frame);
  }

  /** After `resync`: too much was missed for the socket, and is fetched while the socket goes on. */
  private async catchUp(): Promise<void> {
    let since = (this.catchUpFrom ??= this.context.since());
    try {
      for (let complete = false; !complete; ) {
        const changes = await this.fetchChanges(since, 0);
        this.context.changes(changes);
        this.catchUpFrom = since = changes.rev;
        complete = changes.complete;
      }
      this.catchUpFrom = undefined;
    } catch {
      // the next socket continues from `catchUpFrom`
      this.reconnect();
    }
  }

  private down(failures: number): void {
    if (this.state.value === "socket") {
      this.state.value = "connecting";
      this.pollingTimer = setTimeout(() => this.poll(), MS_BEFORE_POLLING);
      this.context.disconnected();
    }
    if (failures >= FAILURES_BEFORE_POLLING) this.poll();
  }

  private end(code: number): void {
    this.stop();
    this.context.refused(code);
  }

  private poll(): void {
    clearTimeout(this.pollingTimer);
    if (this.polling || !this.started) return;
    const polling = (this.polling = new AbortController());
    void this.pollUntil(polling.signal);
  }

  private stopPolling(): void {
    this.polling?.abort();
    this.polling = undefined;
    this.endPause();
  }

  private async pollUntil(signal: AbortSignal): Promise<void> {
    let wait = 0;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.context.prepare();
        const changes = await this.fetchChanges(this.catchUpFrom ?? this.context.since(), wait, signal);
        if (signal.aborted) return;
        this.reached();
        failures = 0;
        if (changes) {
          // a catch-up goes on until nothing is missing
          this.catchUpFrom = this.catchUpFrom !== undefined && !changes.complete ? changes.rev : undefined;
          this.context.changes(changes);
          wait = changes.complete ? POLL_SECONDS : 0;
        } else {
          await this.pause(signal, POLL_SECONDS * 1000);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isFinal(error)) return this.end(error instanceof Problem ? error.status : 4001);
        this.state.value = "offline";
        await this.pause(signal, backoff(++failures, LONGEST_PAUSE_MS));
      }
    }
  }

  private reached(): void {
    const was = this.state.value;
    this.state.value = "polling";
    // the server is back: perhaps the socket is, too
    if (was === "offline") this.socket.retryNow();
  }

  private fetchChanges(since: number, wait: number): Promise<Changes>;
  private fetchChanges(since: number, wait: number, signal: AbortSignal): Promise<Changes | undefined>;
  private async fetchChanges(since: number, wait: number, signal?: AbortSignal): Promise<Changes | undefined> {
    const id = this.context.conversationId();
    if (id !== null)
      return this.rest.call<Changes>(
        "GET",
        `/api/chat/conversations/${id}/changes?since=${since}&wait=${wait}`,
        undefined,
        { signal },
      );
    // there is no conversation to poll: this only tells whether the server can be reached
    await this.rest.call("GET", "/api/bot-prompts/", undefined, { signal });
    return undefined;
  }

  /** Waits; `retryNow` and another conversation end it. */
  private pause(signal: AbortSignal, ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.endPause = () => {
        clearTimeout(timer);
        done();
      };
      if (signal.aborted) this.endPause();
    });
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof SessionOver || (error instanceof Problem && [401, 403, 404].includes(error.status));
