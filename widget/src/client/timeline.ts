import { signal } from "@preact/signals-core";
import type { Message } from "../wire/schema";

/**
 * The loaded part of a conversation: every message from `floor` to the newest, each once, in its newest known state.
 */
export class Timeline {
  /** In `seq` order. */
  readonly messages = signal<readonly Message[]>([]);
  /** How far others have read, and how far their clients have got. */
  readonly readByOthers = signal(0);
  readonly deliveredToOthers = signal(0);
  /** The stream's position: every change up to here has been applied. */
  rev = 0;
  private floor = Infinity;
  /** Also of messages below the floor: a page on its way may hold an older state of them. */
  private readonly known = new Map<string, Message>();

  /** Whether there are older messages than those loaded. */
  get hasOlder(): boolean {
    return this.floor > 1 && this.floor !== Infinity;
  }

  /** The `seq` of the oldest message loaded. */
  get oldest(): number {
    return this.floor;
  }

  get newest(): Message | undefined {
    return this.messages.value.at(-1);
  }

  find(id: string): Message | undefined {
    return this.known.get(id);
  }

  /** A page of the history that ends where the loaded part begins, or the newest page. */
  addPage(page: readonly Message[]): void {
    for (const message of page) this.keep(message);
    const first = page[0];
    this.floor = first ? Math.min(this.floor, first.seq) : 1;
    this.publish();
  }

  /** What came from the stream, in `rev` order. Returns the messages that are new here. */
  apply(changes: readonly Message[]): Message[] {
    const before = this.newest?.seq ?? 0;
    const fresh: Message[] = [];
    for (const message of changes) {
      const isNew = !this.known.has(message.id) && message.seq > before;
      this.keep(message);
      this.rev = Math.max(this.rev, message.rev);
      if (isNew) fresh.push(message);
    }
    if (fresh[0] && this.floor === Infinity) this.floor = fresh[0].seq;
    this.publish();
    return fresh;
  }

  clear(): void {
    this.known.clear();
    this.floor = Infinity;
    this.rev = 0;
    this.readByOthers.value = this.deliveredToOthers.value = 0;
    this.messages.value = [];
  }

  private keep(message: Message): void {
    const old = this.known.get(message.id);
    if (!old || message.rev >= old.rev) this.known.set(message.id, message);
  }

  private publish(): void {
    const loaded = [...this.known.values()].filter((message) => message.seq >= this.floor);
    this.messages.value = loaded.sort((a, b) => a.seq - b.seq);
  }
}
