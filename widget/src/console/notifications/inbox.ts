/** The signed-in person's notifications: the loaded ones newest first, and how many of all are unread. */
import { batch, signal } from "@preact/signals";
import type { Rest } from "../../client/rest";
import { describe } from "../../client/problem";
import type { NotificationPage } from "../../wire/schema";
import { type Notification, listed } from "./notification";

const PAGE = 20;

/** What other tabs of this browser are told. */
interface Word {
  user: string;
  read: string[] | "all";
}

export class Inbox {
  readonly items = signal<Notification[]>([]);
  readonly unread = signal(0);
  readonly hasMore = signal(false);
  readonly loading = signal(true);
  readonly error = signal<string | null>(null);
  private readonly tabs =
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("switchboard.console.notifications");

  constructor(
    private readonly rest: Pick<Rest, "get" | "put">,
    private readonly user: string,
  ) {
    if (this.tabs) {
      this.tabs.onmessage = (event: MessageEvent<Word>) => {
        if (event.data.user === this.user) this.readHere(event.data.read);
      };
    }
  }

  close(): void {
    this.tabs?.close();
  }

  /** Loads the newest page. */
  load = (): Promise<void> => this.page(1);

  /** Loads the page after what is loaded; what came live has moved the pages on, and is not taken twice. */
  loadMore = (): Promise<void> => this.page(Math.floor(this.items.value.length / PAGE) + 1);

  private async page(page: number): Promise<void> {
    this.loading.value = true;
    this.error.value = null;
    const known = new Set(this.items.value.map((one) => one.id));
    try {
      const got = await this.rest.get<NotificationPage>("/notifications", { page, limit: PAGE });
      batch(() => {
        const came = this.items.value.some((one) => !known.has(one.id));
        this.merge(got.notifications.map(listed));
        this.hasMore.value = got.has_next;
        this.unread.value = got.unread_count;
        // counted before what came meanwhile, or after it: only the server knows
        if (came) void this.recount();
      });
    } catch (error) {
      this.error.value = describe(error);
    } finally {
      this.loading.value = false;
    }
  }

  /** Asks how many are unread; another device may have read some. */
  async recount(): Promise<void> {
    try {
      this.unread.value = (await this.rest.get<{ unread_count: number }>("/notifications/unread-count")).unread_count;
    } catch {
      // the count stays as it was; the next connection asks again
    }
  }

  private merge(more: Notification[]): void {
    const all = new Map(this.items.value.map((one) => [one.id, one]));
    for (const one of more) all.set(one.id, one);
    // ids are UUIDv7: their order is that of time, as in the server's list
    this.items.value = [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  /**
   * Takes one that came live. False where it is known, or older than what is loaded: its page has it, and would skip
   * others.
   */
  take(one: Notification): boolean {
    const known = this.items.value;
    if (known.some(({ id }) => id === one.id)) return false;
    if (this.hasMore.value && known.every(({ id }) => id > one.id)) return false;
    batch(() => {
      this.merge([one]);
      this.unread.value += 1;
    });
    return true;
  }

  /** When the newest was made; null where there is none. */
  newest(): string | null {
    return this.items.value.reduce<string | null>(
      (last, one) => (last && last > one.created_at ? last : one.created_at),
      null,
    );
  }

  /** Marks these as read. Throws where the server did not take it; they are unread again then. */
  async markRead(ids: string[]): Promise<void> {
    const wanted = this.items.value.filter((one) => !one.read && ids.includes(one.id)).map((one) => one.id);
    if (wanted.length === 0) return;
    const before = { items: this.items.value, unread: this.unread.value };
    this.readHere(wanted);
    try {
      await Promise.all(wanted.map((id) => this.rest.put(`/notifications/${id}/read`)));
      this.tell(wanted);
    } catch (error) {
      this.restore(before, wanted);
      throw error;
    }
  }

  /** Marks all as read, those that are not loaded too. */
  async markAllRead(): Promise<void> {
    const before = { items: this.items.value, unread: this.unread.value };
    const wanted = this.items.value.filter((one) => !one.read).map((one) => one.id);
    this.readHere("all");
    try {
      await this.rest.put("/notifications/mark-all-read");
      this.tell("all");
    } catch (error) {
      this.restore(before, wanted);
      throw error;
    }
  }

  /** Those unread of a conversation. */
  unreadOf(conversation: string): string[] {
    return this.items.value.filter((one) => !one.read && one.conversation === conversation).map((one) => one.id);
  }

  private readHere(read: string[] | "all"): void {
    const isMeant = (one: Notification) => !one.read && (read === "all" || read.includes(one.id));
    const count = this.items.value.filter(isMeant).length;
    batch(() => {
      this.items.value = this.items.value.map((one) => (isMeant(one) ? { ...one, read: true } : one));
      this.unread.value = read === "all" ? 0 : Math.max(0, this.unread.value - count);
    });
  }

  private restore(before: { unread: number }, ids: string[]): void {
    batch(() => {
      this.items.value = this.items.value.map((one) => (ids.includes(one.id) ? { ...one, read: false } : one));
      this.unread.value = before.unread;
    });
    void this.recount();
  }

  private tell(read: string[] | "all"): void {
    this.tabs?.postMessage({ user: this.user, read } satisfies Word);
  }
}
