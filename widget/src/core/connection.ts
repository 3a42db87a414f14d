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
  /** It is down: what was on its way there may be lost. */
  lost(): void;
  /** The server said not to come back (a close code or a status). */
  refused(code: number): void;
  traffic(traffic: Traffic): void;
}

/** So many attempts, or so long, without a socket: then without it. */
const FAILURES_BEFORE_POLLING = 2;
const MS_BEFORE_POLLING = 4000;
const POLL_SECONDS = 25;
const LONGEST_PAUSE_MS = 8000;

/** A stream of changes: by socket where possible, by long polling where not, and back to the socket by itself. */
export class Connection {
  readonly state = signal<ConnectionState>("offline");
  private readonly socket: ConversationSocket;
  private started = false;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private polling: AbortController | undefined;
  private token: string | undefined;
  /** Where a catch-up after `resync` began; until it is done this is our true position. */
  private held: number | undefined;

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
    addEventListener("online", this.hurry);
    addEventListener("offline", this.cut);
    document.addEventListener("visibilitychange", this.hurry);
    this.connect();
  }

  stop(): void {
    this.started = false;
    removeEventListener("online", this.hurry);
    removeEventListener("offline", this.cut);
    document.removeEventListener("visibilitychange", this.hurry);
    this.stopPolling();
    clearTimeout(this.patience);
    this.socket.stop();
    this.held = undefined;
    this.state.value = "offline";
  }

  /** There is another conversation to listen to. */
  moved(): void {
    if (!this.started) return;
    this.stopPolling();
    this.held = undefined;
    this.connect();
  }

  /** Sends on the socket; false where there is none. */
  send(frame: OutFrame): boolean {
    if (this.context.conversationId() === null || !this.socket.send(frame)) return false;
    this.context.traffic({ direction: "out", via: "socket", frame });
    return true;
  }

  /** The socket does not answer: another one. */
  renew(): void {
    this.socket.renew();
  }

  /** Tries again at once: the network or the page is back. */
  readonly hurry = (): void => {
    if (document.visibilityState === "hidden") return;
    this.socket.hurry();
    this.wake();
  };

  /** The network is gone: a socket that has not noticed yet would only swallow what is sent. */
  private readonly cut = (): void => this.socket.renew();

  private wake: () => void = () => {};

  private connect(): void {
    this.state.value = "connecting";
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.poll(), MS_BEFORE_POLLING);
    this.socket.start();
  }

  private async address(refused: boolean): Promise<Address> {
    await this.context.prepare();
    this.token = await this.rest.tokens.access(refused ? this.token : undefined);
    const id = this.context.conversationId();
    const url = new URL(`${this.rest.base}${id === null ? "/ws/inbox/" : `/ws/chat/${id}/`}`);
    url.protocol = url.protocol.replace("http", "ws");
    if (id !== null) url.searchParams.set("since", String(this.held ?? this.context.since()));
    return { url: url.href, token: this.token };
  }

  private opened(): void {
    clearTimeout(this.patience);
    this.stopPolling();
    this.state.value = "socket";
  }

  private received(frame: InFrame): void {
    if (frame.type !== "pong") this.context.traffic({ direction: "in", via: "socket", frame });
    if (frame.type === "resync") void this.catchUp();
    else this.context.frame(frame);
  }

  /** Too much was missed for the socket: it is fetched, beside what the socket goes on to bring. */
  private async catchUp(): Promise<void> {
    let since = (this.held ??= this.context.since());
    try {
      for (let complete = false; !complete; ) {
        const changes = await this.fetchChanges(since, 0);
        this.context.changes(changes);
        this.held = since = changes.rev;
        complete = changes.complete;
      }
      this.held = undefined;
    } catch {
      // the next socket begins where we truly are
      this.renew();
    }
  }

  private down(failures: number): void {
    if (this.state.value === "socket") {
      this.state.value = "connecting";
      this.patience = setTimeout(() => this.poll(), MS_BEFORE_POLLING);
      this.context.lost();
    }
    if (failures >= FAILURES_BEFORE_POLLING) this.poll();
  }

  private end(code: number): void {
    this.stop();
    this.context.refused(code);
  }

  private poll(): void {
    clearTimeout(this.patience);
    if (this.polling || !this.started) return;
    const polling = (this.polling = new AbortController());
    void this.pollUntil(polling.signal);
  }

  private stopPolling(): void {
    this.polling?.abort();
    this.polling = undefined;
    this.wake();
  }

  private async pollUntil(signal: AbortSignal): Promise<void> {
    let wait = 0;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.context.prepare();
        const changes = await this.fetchChanges(this.held ?? this.context.since(), wait, signal);
        if (signal.aborted) return;
        this.reached();
        failures = 0;
        if (changes) {
          // what was held stays so until nothing is missing any more
          this.held = this.held !== undefined && !changes.complete ? changes.rev : undefined;
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
    if (was === "offline") this.socket.hurry();
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
    // nothing to poll yet: only whether the server is there
    await this.rest.call("GET", "/api/bot-prompts/", undefined, { signal });
    return undefined;
  }

  /** Waits, unless something happens that makes trying worthwhile. */
  private pause(signal: AbortSignal, ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
      if (signal.aborted) this.wake();
    });
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof SessionOver || (error instanceof Problem && [401, 403, 404].includes(error.status));
