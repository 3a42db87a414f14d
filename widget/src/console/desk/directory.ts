/** Labels, colleagues and canned replies: lists that many places need, loaded when first asked for. */
import { type Signal, signal } from "@preact/signals";
import { canned, labels, staff } from "./api";
import type { CannedReply, Label, StaffMember } from "../../wire/schema";

/** Every directory there is. */
const all: { forget(): void }[] = [];

/** A list that is read when it is first wanted. */
export class Directory<T> {
  readonly items: Signal<T[]> = signal([]);
  readonly error: Signal<unknown> = signal(null);
  private loading: Promise<void> | undefined;
  private at = 0;

  constructor(private readonly read: () => Promise<T[]>) {
    all.push(this);
  }

  /** Whether the list has been read. */
  get isKnown(): boolean {
    // the signal is read, so that whoever asks hears of it
    return this.items.value.length > 0 || this.at > 0;
  }

  /** Reads the list again where the last reading is older than a minute. */
  async want(fresh = false): Promise<void> {
    if (!fresh && Date.now() - this.at < 60_000) return;
    this.loading ??= this.read()
      .then(
        (items) => {
          this.items.value = items;
          this.error.value = null;
          this.at = Date.now();
        },
        (error: unknown) => {
          this.error.value = error;
        },
      )
      .finally(() => {
        this.loading = undefined;
      });
    return this.loading;
  }

  /** After signing out. */
  forget(): void {
    this.items.value = [];
    this.at = 0;
  }
}

export const allLabels = new Directory<Label>(labels.list);
export const colleagues = new Directory<StaffMember>(staff.list);
export const cannedReplies = new Directory<CannedReply>(canned.list);

/** After signing out nothing of the last person's stays. */
export const forgetDirectories = () => all.forEach((one) => one.forget());
