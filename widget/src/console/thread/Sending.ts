/** What the signed-in person sends: shown at once, sent again under the same `client_id` until it is durable. */
import { type ReadonlySignal, computed } from "@preact/signals";
import { type Entry, belongs } from "../../client/outbox";
import { Unreachable, describe } from "../../client/problem";
import type { OutFrame } from "../../wire/frames";
import type { Attachment } from "../../wire/schema";
import { messages } from "../desk/api";
import { outbox } from "./outbox";

/** A message that is not acknowledged for so long has failed. */
const ACK_MS = 15_000;

export class Sending {
  /** Of this conversation; what was left here goes when somebody is back. */
  readonly pending: ReadonlySignal<Entry[]>;
  private readonly outbox = outbox.peek();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly conversation: string,
    private readonly overSocket: (frame: OutFrame) => boolean,
  ) {
    this.pending = computed(() => this.outbox.entries.value.filter((entry) => belongs(entry, conversation)));
  }

  send(text: string, reply_to?: string, attachment?: Attachment): void {
    this.sendEntry(this.outbox.add({ text, reply_to, attachment, conversation: this.conversation }));
  }

  retry(client_id: string): void {
    this.outbox.mark(client_id, "queued");
    const entry = this.pending.value.find((one) => one.client_id === client_id);
    if (entry) this.sendEntry(entry);
  }

  discard(client_id: string): void {
    this.acknowledged(client_id);
  }

  /** The socket is there again: what was not acknowledged goes over it. */
  flush(): void {
    for (const entry of this.pending.value) if (entry.state !== "failed") this.sendEntry(entry);
  }

  acknowledged(client_id: string): void {
    this.settle(client_id);
    if (this.outbox.has(client_id)) this.outbox.remove(client_id);
  }

  refused(client_id: string | undefined, why: string): void {
    if (client_id) this.fail(client_id, why);
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private fail(client_id: string, why: string): void {
    this.settle(client_id);
    this.outbox.mark(client_id, "failed", why);
  }

  private settle(client_id: string): void {
    clearTimeout(this.timers.get(client_id));
    this.timers.delete(client_id);
  }

  private sendEntry(entry: Entry): void {
    const { client_id, text, attachment, reply_to } = entry;
    this.settle(client_id);
    const late = () => this.fail(client_id, "The server has not confirmed it.");
    this.timers.set(client_id, setTimeout(late, ACK_MS));
    const attachment_id = attachment?.attachment_id;
    if (this.overSocket({ type: "message", text, client_id, attachment_id, reply_to })) return;
    // REST knows no replies to a message: those wait for the socket
    if (!reply_to) void this.overRest(entry);
  }

  private async overRest({ client_id, text, attachment }: Entry): Promise<void> {
    try {
      await messages.send(this.conversation, text, client_id, attachment?.attachment_id ?? null);
      // the pending row stays until the message's frame, which comes with the socket
      this.settle(client_id);
    } catch (error) {
      if (!(error instanceof Unreachable)) this.fail(client_id, describe(error));
    }
  }
}
