/** What the signed-in person sends: shown at once, sent again under the same `client_id` until it is durable. */
import type { OutFrame } from "../../wire/frames";
import { type Signal, signal } from "@preact/signals";
import type { Attachment } from "../../wire/schema";
import { messages } from "../desk/api";
import { Unreachable, describe } from "../../client/problem";

export interface Pending {
  client_id: string;
  text: string;
  attachment_id: string | null;
  file_name: string | null;
  reply_to: string | null;
  created_at: string;
  /** Why it is not sent; null while it is on its way. */
  failed: string | null;
}

/** An acknowledgement that takes longer will not come. */
const PATIENCE = 15_000;

/** What was not sent when its conversation was left: it goes when somebody is back. */
const left = new Map<string, Pending[]>();
/** After signing out. */
export const forgetUnsent = () => left.clear();

/** crypto.randomUUID is only there on https and localhost. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `c-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export class Sending {
  readonly pending: Signal<Pending[]>;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly conversation: string,
    private readonly overSocket: (frame: OutFrame) => boolean,
  ) {
    this.pending = signal(left.get(conversation) ?? []);
    left.delete(conversation);
  }

  send(text: string, reply_to: string | null = null, attachment: Attachment | null = null): void {
    const one: Pending = {
      client_id: newId(),
      text,
      attachment_id: attachment?.attachment_id ?? null,
      file_name: attachment?.file_name ?? null,
      reply_to,
      created_at: new Date().toISOString(),
      failed: null,
    };
    this.pending.value = [...this.pending.value, one];
    this.try(one);
  }

  again(client_id: string): void {
    const one = this.set(client_id, null);
    if (one) this.try(one);
  }

  giveUp(client_id: string): void {
    this.acknowledged(client_id);
  }

  /** The socket is there again: what was not acknowledged goes over it. */
  flush(): void {
    this.pending.value.filter((one) => one.failed === null).forEach((one) => this.try(one));
  }

  acknowledged(client_id: string): void {
    clearTimeout(this.timers.get(client_id));
    this.timers.delete(client_id);
    if (this.pending.value.some((one) => one.client_id === client_id))
      this.pending.value = this.pending.value.filter((one) => one.client_id !== client_id);
  }

  refused(client_id: string | undefined, why: string): void {
    if (client_id) this.set(client_id, why);
  }

  close(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    if (this.pending.value.length) left.set(this.conversation, this.pending.value);
  }

  private set(client_id: string, failed: string | null): Pending | undefined {
    clearTimeout(this.timers.get(client_id));
    this.pending.value = this.pending.value.map((one) => (one.client_id === client_id ? { ...one, failed } : one));
    return this.pending.value.find((one) => one.client_id === client_id);
  }

  private try(one: Pending): void {
    clearTimeout(this.timers.get(one.client_id));
    this.timers.set(
      one.client_id,
      setTimeout(() => this.set(one.client_id, "The server has not confirmed it."), PATIENCE),
    );
    const { client_id, text, attachment_id, reply_to } = one;
    if (this.overSocket({ type: "message", text, client_id, attachment_id, reply_to })) return;
    // REST knows no replies to a message: those wait for the socket
    if (!reply_to) void this.overRest(one);
  }

  private async overRest(one: Pending): Promise<void> {
    try {
      await messages.send(this.conversation, one.text, one.client_id, one.attachment_id);
      // it stays until its frame shows it, which comes with the socket
      clearTimeout(this.timers.get(one.client_id));
    } catch (error) {
      const offline = error instanceof Unreachable;
      if (!offline) this.set(one.client_id, describe(error));
    }
  }
}
