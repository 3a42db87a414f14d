/** What is being written in one conversation: the draft of each mode, its files, what completes it, and its sending. */
import { signal } from "@preact/signals";
import { notes } from "../desk/api";
import { cannedReplies, colleagues } from "../desk/directory";
import { describe } from "../../client/problem";
import { Uploads } from "../../client/uploads";
import { rest } from "../session";
import { toast } from "../ui";
import { type Choice, type Completion, choicesFor, completionAt } from "./completion";
import { replyingTo } from "./current";
import { type Draft, draftOf, keepDraft } from "./drafts";
import type { ThreadStore } from "./ThreadStore";

type Mode = Draft["mode"];

export const MAX_TEXT = 4000;
/** While somebody goes on typing the others are told again after this. */
const TYPING_AGAIN_MS = 3_000;

export class Writing {
  readonly completion = signal<Completion | null>(null);
  /** Which of the choices is active. */
  readonly active = signal(0);
  readonly busy = signal(false);
  readonly files: Uploads;
  /** Where the caret goes once the text is drawn. */
  caret: number | null = null;
  private readonly draft;
  private typedAt = 0;

  constructor(private readonly thread: ThreadStore) {
    this.draft = signal(draftOf(thread.id));
    this.files = new Uploads(rest, { conversation: thread.id });
  }

  get mode(): Mode {
    return this.draft.value.mode;
  }

  get text(): string {
    return this.draft.value[this.mode];
  }

  get choices(): Choice[] {
    return this.completion.value ? choicesFor(this.completion.value) : [];
  }

  write(text: string, mode: Mode = this.mode): void {
    this.put({ ...this.draft.value, mode, [mode]: text });
  }

  turnTo(mode: Mode): void {
    this.stopTyping();
    this.completion.value = null;
    this.put({ ...this.draft.value, mode });
  }

  private put(draft: Draft): void {
    this.draft.value = draft;
    keepDraft(this.thread.id, draft);
  }

  /** Finds what is being completed at the caret. */
  complete(area: HTMLTextAreaElement): void {
    const found =
      area.selectionStart === area.selectionEnd ? completionAt(area.value, area.selectionStart, this.mode) : null;
    const before = this.completion.value;
    if (found && (found.kind !== before?.kind || found.typed !== before.typed)) this.active.value = 0;
    if (found) void (found.kind === "canned" ? cannedReplies : colleagues).want();
    this.completion.value = found;
  }

  choose(choice: Choice): void {
    const at = this.completion.value;
    if (!at) return;
    this.completion.value = null;
    this.caret = at.from + choice.text.length;
    this.write((this.text.slice(0, at.from) + choice.text + this.text.slice(at.to)).slice(0, MAX_TEXT));
  }

  typed(text: string): void {
    this.write(text);
    if (!text) return this.stopTyping();
    if (this.mode !== "reply" || Date.now() - this.typedAt < TYPING_AGAIN_MS) return;
    this.typedAt = Date.now();
    this.thread.typing(true);
  }

  stopTyping(): void {
    if (!this.typedAt) return;
    this.typedAt = 0;
    this.thread.typing(false);
  }

  async send(): Promise<void> {
    if (this.busy.value || this.files.isUploading) return;
    const said = this.text.trim();
    if (this.mode === "note") return this.addNote(said);
    const files = this.files.takeDone();
    if (!said && !files.length) return;
    const answers = replyingTo.value?.conversation === this.thread.id ? replyingTo.value.id : undefined;
    this.thread.sending.send(said, answers, files[0]);
    // a message carries one file: further ones follow
    files.slice(1).forEach((file) => this.thread.sending.send("", undefined, file));
    replyingTo.value = null;
    this.stopTyping();
    this.write("");
  }

  private async addNote(said: string): Promise<void> {
    if (!said) return;
    this.busy.value = true;
    try {
      this.thread.noted(await notes.add(this.thread.id, said));
      this.write("", "note");
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      this.busy.value = false;
    }
  }

  /** Moves in the list of choices, or chooses. Returns whether the key was for the list. */
  chooseByKey(key: string): boolean {
    const { choices } = this;
    if (!choices.length) return false;
    const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    const choice = choices[this.active.value];
    if (step) this.active.value = (this.active.value + step + choices.length) % choices.length;
    else if ((key === "Enter" || key === "Tab") && choice) this.choose(choice);
    else if (key === "Escape") this.completion.value = null;
    else return false;
    return true;
  }
}
