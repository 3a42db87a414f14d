/** What happened in a conversation so far, in short, for the agent who takes it over. */
import { signal } from "@preact/signals";
import { describe } from "../../client/problem";
import type { ConversationSummary } from "../../wire/schema";
import { conversations } from "../desk/api";
import { toast } from "../ui";

/** Fewer messages are read sooner than their summary. */
const WORTH_IT = 6;

export class ThreadSummary {
  readonly shown = signal<ConversationSummary | null>(null);
  readonly busy = signal(false);

  constructor(private readonly conversation: string) {}

  /** Asks for one; what fails is said. */
  async ask(): Promise<void> {
    if (this.busy.value) return;
    this.busy.value = true;
    try {
      this.shown.value = await conversations.summarize(this.conversation);
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      this.busy.value = false;
    }
  }

  /** The agent has taken the conversation over, of which so many messages are held. */
  takenOver(messages: number): void {
    if (messages >= WORTH_IT && !this.shown.value) void this.ask();
  }
}
