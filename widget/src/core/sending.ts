import { Problem, isTransient } from "../client/problem";
import type { Rest } from "../client/rest";
import { backoff } from "../client/socket";
import type { InFrame } from "../wire/frames";
import type { Connection } from "./connection";
import type { Draft, Entry, Outbox } from "../client/outbox";
import type { Sent } from "../wire/schema";

/** What sending asks of, and tells, the chat. */
interface Context {
  conversationId(): string | null;
  /** A first message has begun this conversation. */
  begun(id: string): void;
  /** A message went by HTTP, where no frame tells that the bot works on a reply. */
  sentByHttp(id: string): void;
  /** The language that the widget shows: what does not tell its own is answered in it. */
  locale(): string;
  /** The text of a message to quote, for HTTP, where a message cannot refer to another. */
  quote(messageId: string): string | undefined;
}

/** A frame that was not acknowledged for so long was lost: its socket is given up. */
const ACK_MS = 10_000;
const MAX_TEXT = 4000;

/** Empties the outbox, by whichever way is open, in order; the same `client_id` again is the same message. */
export class Sending {
  private busy = false;
  private failures = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly acks = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly outbox: Outbox,
    private readonly rest: Rest,
    private readonly connection: Connection,
    private readonly context: Context,
  ) {}

  send(draft: Draft): void {
    this.outbox.add(draft);
    void this.flush();
  }

  /** Tries a failed one again, as the same message. */
  retry(client_id: string): void {
    this.outbox.mark(client_id, "queued");
    void this.flush();
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    for (const timer of this.acks.values()) clearTimeout(timer);
    this.acks.clear();
  }

  /** The socket is gone: what it had not acknowledged goes again. */
  disconnected(): void {
    for (const [client_id, timer] of this.acks) {
      clearTimeout(timer);
      this.outbox.mark(client_id, "queued");
    }
    this.acks.clear();
  }

  async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.retryTimer);
    try {
      for (let entry = this.next(); entry; entry = this.next()) if (!(await this.sendEntry(entry))) break;
    } finally {
      this.busy = false;
    }
  }

  /** The server has taken, or refused, a frame of ours. */
  answered(frame: InFrame): void {
    const client_id = frame["client_id"];
    if (typeof client_id !== "string" || !this.outbox.has(client_id)) return;
    clearTimeout(this.acks.get(client_id));
    this.acks.delete(client_id);
    if (frame.type === "message:ack") {
      this.failures = 0;
      this.outbox.mark(client_id, "sent");
    } else if (frame["code"] === "rate_limited") this.retryLater(client_id);
    else this.outbox.mark(client_id, "failed", String(frame["message"] ?? ""));
  }

  private next(): Entry | undefined {
    return this.outbox.next(this.context.conversationId());
  }

  /** Returns whether to go on with the next. */
  private async sendEntry(entry: Entry): Promise<boolean> {
    const id = this.context.conversationId();
    if (id === null) return this.sendByHttp(entry, id);
    switch (this.connection.state.value) {
      case "socket":
        return this.sendBySocket(entry);
      case "polling":
        return this.sendByHttp(entry, id);
      default:
        // `flush` is called again once the connection is a socket or polls
        return false;
    }
  }

  private sendBySocket(entry: Entry): boolean {
    const { client_id, text, attachment, reply_to } = entry;
    const attachment_id = attachment?.attachment_id;
    const frame = {
      type: "message" as const,
      text,
      client_id,
      attachment_id,
      reply_to,
      locale: this.context.locale(),
    };
    if (!this.connection.send(frame)) return false;
    this.outbox.mark(client_id, "sending");
    this.acks.set(
      client_id,
      setTimeout(() => this.connection.reconnect(), ACK_MS),
    );
    return true;
  }

  private async sendByHttp(entry: Entry, id: string | null): Promise<boolean> {
    const { client_id, attachment } = entry;
    this.outbox.mark(client_id, "sending");
    try {
      const message = this.withQuote(entry);
      const body = {
        message,
        client_id,
        conversation_id: id ?? undefined,
        attachment_id: attachment?.attachment_id,
        locale: this.context.locale(),
      };
      const sent = await this.rest.call<Sent>("POST", "/api/user-response/", body);
      this.failures = 0;
      this.outbox.mark(client_id, "sent");
      if (id === null) this.context.begun(sent.conversation_id);
      this.context.sentByHttp(sent.conversation_id);
      return true;
    } catch (error) {
      if (isTransient(error)) this.retryLater(client_id, error instanceof Problem ? error.retryAfter : undefined);
      else this.outbox.mark(client_id, "failed", error instanceof Error ? error.message : "");
      return !isTransient(error);
    }
  }

  /** `user-response` knows no replies: there the quoted text goes along, as Markdown. */
  private withQuote({ text, reply_to }: Entry): string {
    const quoted = reply_to && this.context.quote(reply_to);
    if (!quoted) return text;
    const quote = quoted
      .split("\n")
      .map((line) => `> ${line}`)
      .join("\n");
    return `${quote}\n\n${text}`.length <= MAX_TEXT ? `${quote}\n\n${text}` : text;
  }

  private retryLater(client_id: string, seconds?: number): void {
    this.outbox.mark(client_id, "queued");
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(
      () => void this.flush(),
      seconds === undefined ? backoff(++this.failures, 8000) : seconds * 1000,
    );
  }
}
