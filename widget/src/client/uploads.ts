import { signal } from "@preact/signals-core";
import { Problem } from "./problem";
import type { Rest } from "./rest";
import type { Attachment } from "../wire/schema";
import { uniqueId } from "./outbox";

/** A file that was chosen, on its way to the server or there. */
export interface Upload {
  key: string;
  file: File;
  /** 0 to 1. */
  progress: number;
  state: "uploading" | "done" | "failed";
  attachment?: Attachment;
  /** Why it failed. */
  error?: UploadError;
  /** What the server said of it, or that it could not be reached. */
  problem?: unknown;
}

/** What is wrong with a file. */
export type UploadError = "tooLarge" | "wrongType" | "emptyFile" | "rejected" | "uploadFailed";

/** The server's limit, checked here so that nobody waits for an upload that is refused. */
const MAX_BYTES = 10 * 1024 * 1024;
const LONGEST_CHECK_MS = 4000;

interface UploadOptions {
  /** The conversation that the files are for, where it is known. */
  conversation?: string;
  /** Asks for the outcome of the server's check of a file; otherwise it is known once the file is sent. */
  awaitsCheck?: boolean;
}

/** The files that are attached to what is being written. */
export class Uploads {
  /** In the order they were chosen. */
  readonly items = signal<readonly Upload[]>([]);
  private readonly running = new Map<string, AbortController>();

  constructor(
    private readonly rest: Rest,
    private readonly options: UploadOptions = {},
  ) {}

  /** Whether any is still on its way. */
  get isUploading(): boolean {
    return this.items.value.some((item) => item.state === "uploading");
  }

  /** Uploads files; what is too large or empty fails here. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const upload: Upload = { key: uniqueId(), file, progress: 0, state: "uploading" };
      this.items.value = [...this.items.value, upload];
      const wrong = file.size > MAX_BYTES ? "tooLarge" : file.size === 0 ? "emptyFile" : undefined;
      if (wrong) this.change(upload.key, { state: "failed", error: wrong });
      else void this.run(upload);
    }
  }

  /** Uploads one again that failed. */
  retry(key: string): void {
    const upload = this.items.value.find((item) => item.key === key);
    if (!upload) return;
    this.change(key, { state: "uploading", progress: 0, error: undefined, problem: undefined });
    void this.run(upload);
  }

  /** Takes one away, on its way or done. */
  remove(key: string): void {
    this.running.get(key)?.abort();
    this.items.value = this.items.value.filter((item) => item.key !== key);
  }

  /** Those that are at the server leave with the message; the others stay. */
  takeDone(): Attachment[] {
    const done = this.items.value.filter((item) => item.state === "done");
    this.items.value = this.items.value.filter((item) => item.state !== "done");
    return done.flatMap(({ attachment }) => attachment ?? []);
  }

  private async run({ key, file }: Upload): Promise<void> {
    try {
      const attachment = await this.send(key, file);
      this.change(key, { state: "done", progress: 1, attachment });
      if (this.options.awaitsCheck) await this.watch(key, attachment);
    } catch (problem) {
      this.change(key, { state: "failed", error: causeOf(problem), problem });
    } finally {
      this.running.delete(key);
    }
  }

  private send(key: string, file: File): Promise<Attachment> {
    const form = new FormData();
    // the server reads it before it takes the file
    if (this.options.conversation !== undefined) form.append("conversation_id", this.options.conversation);
    form.append("file", file, file.name);
    const abort = new AbortController();
    this.running.set(key, abort);
    const progress = (part: number) => this.change(key, { progress: part });
    return this.rest.upload<Attachment>("/api/chat/upload/", form, progress, abort.signal);
  }

  /** The server checks a file after the upload; no event tells of the outcome before the file is in a message. */
  private async watch(key: string, attachment: Attachment): Promise<void> {
    let { status } = attachment;
    for (let pause = 250; status === "processing" && pause <= LONGEST_CHECK_MS; pause *= 2) {
      await new Promise((done) => setTimeout(done, pause));
      if (!this.items.value.some((item) => item.key === key)) return;
      // not knowing the outcome is harmless: it is known once the file is sent
      const seen = await this.rest
        .call<Attachment>("GET", `/api/chat/attachments/${attachment.attachment_id}`)
        .catch(() => attachment);
      status = seen.status;
    }
    if (status === "rejected") this.change(key, { state: "failed", error: "rejected" });
  }

  private change(key: string, part: Partial<Upload>): void {
    this.items.value = this.items.value.map((item) => (item.key === key ? { ...item, ...part } : item));
  }
}

function causeOf(error: unknown): UploadError {
  if (!(error instanceof Problem)) return "uploadFailed";
  return error.status === 413 ? "tooLarge" : error.status === 415 ? "wrongType" : "uploadFailed";
}
