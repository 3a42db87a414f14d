import { signal } from "@preact/signals-core";
import type { Message } from "../wire/schema";

/**
 * The loaded part of a conversation: every message from a floor to a ceiling, each once, in its newest known state.
 * Where there is no ceiling it goes up to the newest. `window` bounds how many are held: what is furthest away is let
 * go.
 */
export class Timeline {
  /** In `seq` order. */
  readonly messages = signal<readonly Message[]>([]);
  private readonly floor = signal(Infinity);
  private readonly ceiling = signal(Infinity);
  /** Up to which `seq` others have read. */
  readonly readByOthers = signal(0);
  /** Up to which `seq` others' clients have got everything. */
  readonly deliveredToOthers = signal(0);
  /** The stream's position: every change up to here has been applied. */
  rev = 0;
  /** Also of messages outside the loaded part: a page on its way may hold an older state of them. */
  private readonly known = new Map<string, Message>();

  constructor(private readonly window = Infinity) {}

  /** Whether there are older messages than those loaded. */
  get hasOlder(): boolean {
    return this.floor.value > 1 && this.floor.value !== Infinity;
  }

  /** Whether newer ones were let go, or not loaded yet: what comes then is not shown. */
  get hasNewer(): boolean {
    return this.ceiling.value !== Infinity;
  }

  /** The `seq` of the oldest message loaded. */
  get oldest(): number {
    return this.floor.value;
  }

  /** The last of the loaded messages. */
  get newest(): Message | undefined {
    return this.messages.value.at(-1);
  }

  /** A message that is loaded, or was seen in the stream. */
  find(id: string): Message | undefined {
    return this.known.get(id);
  }

  /** A page of the history that ends where the loaded part begins, or the newest page. */
  addPage(page: readonly Message[]): void {
    for (const message of page) this.keep(message);
    const first = page[0];
    this.floor.value = first ? Math.min(this.floor.value, first.seq) : 1;
    if (this.isBounded) this.letNewestGo();
    this.publish();
  }

  /** A page that begins where the loaded part ends; `isLast` where nothing follows it. */
  addNewer(page: readonly Message[], isLast: boolean): void {
    for (const message of page) this.keep(message);
    this.ceiling.value = isLast ? Infinity : (page.at(-1)?.seq ?? this.ceiling.value);
    if (this.isBounded) this.letOldestGo();
    this.publish();
  }

  /** Drops what is loaded and goes on from the newest page; the stream's position stays. */
  restart(page: readonly Message[]): void {
    this.known.clear();
    this.floor.value = this.ceiling.value = Infinity;
    this.addPage(page);
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
    if (fresh[0] && this.floor.value === Infinity) this.floor.value = fresh[0].seq;
    // at twice the window, so that it happens seldom and not at each message
    if (this.isBounded && !this.hasNewer && this.between().length > 2 * this.window) this.letOldestGo();
    this.publish();
    return fresh;
  }

  /** Changes what is known of messages without the stream. */
  revise(change: (message: Message) => Message): void {
    for (const [id, message] of this.known) this.known.set(id, change(message));
    this.publish();
  }

  /** Forgets everything, the stream's position too: another conversation follows. */
  clear(): void {
    this.known.clear();
    this.floor.value = this.ceiling.value = Infinity;
    this.rev = 0;
    this.readByOthers.value = this.deliveredToOthers.value = 0;
    this.messages.value = [];
  }

  private keep(message: Message): void {
    const old = this.known.get(message.id);
    if (!old || message.rev >= old.rev) this.known.set(message.id, message);
  }

  private get isBounded(): boolean {
    return this.window !== Infinity;
  }

  private letOldestGo(): void {
    const first = this.between().at(-this.window);
    if (!first) return;
    this.floor.value = first.seq;
    this.forget(({ seq }) => seq < first.seq);
  }

  private letNewestGo(): void {
    const held = this.between();
    const last = held[this.window - 1];
    if (!last || held.length === this.window) return;
    this.ceiling.value = last.seq;
    this.forget(({ seq }) => seq > last.seq);
  }

  /** Also from `known`, so that a conversation that is open for days does not grow. */
  private forget(isFar: (message: Message) => boolean): void {
    for (const [id, message] of this.known) if (isFar(message)) this.known.delete(id);
  }

  private between(): Message[] {
    const [floor, ceiling] = [this.floor.value, this.ceiling.value];
    const loaded = [...this.known.values()].filter(({ seq }) => seq >= floor && seq <= ceiling);
    return loaded.sort((a, b) => a.seq - b.seq);
  }

  private publish(): void {
    this.messages.value = this.between();
  }
}
