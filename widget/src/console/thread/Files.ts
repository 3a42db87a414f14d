/** Files on their way to the next message. */
import { signal } from "@preact/signals";
import { attachments } from "../desk/api";
import { describe, RestError } from "../session";

interface Upload {
  key: number;
  name: string;
  size: number;
  /** 0 to 1. */
  part: number;
  /** Set once it is on the server. */
  id: string | null;
  failed: string | null;
}

const LARGEST = 10 * 1024 * 1024;
let last = 0;

export class Files {
  readonly uploads = signal<Upload[]>([]);
  private readonly running = new Map<number, AbortController>();

  constructor(private readonly conversation: string) {}

  add(files: Iterable<File>): void {
    for (const file of files) void this.upload(file);
  }

  remove(key: number): void {
    this.running.get(key)?.abort();
    this.uploads.value = this.uploads.value.filter((one) => one.key !== key);
  }

  /** Those that are on the server leave with the message. */
  take(): { id: string; name: string }[] {
    const ready = this.uploads.value.filter((one) => one.id !== null);
    this.uploads.value = this.uploads.value.filter((one) => one.id === null);
    return ready.map((one) => ({ id: one.id ?? "", name: one.name }));
  }

  get isUploading(): boolean {
    return this.uploads.value.some((one) => one.id === null && one.failed === null);
  }

  private async upload(file: File): Promise<void> {
    const key = ++last;
    const abort = new AbortController();
    const failed = file.size > LARGEST ? "Files may have 10 MB at most" : file.size === 0 ? "The file is empty" : null;
    this.uploads.value = [...this.uploads.value, { key, name: file.name, size: file.size, part: 0, id: null, failed }];
    if (failed) return;
    this.running.set(key, abort);
    try {
      const attachment = await attachments.upload(
        this.conversation,
        file,
        (part) => this.set(key, { part }),
        abort.signal,
      );
      this.set(key, { id: attachment.attachment_id, name: attachment.file_name, part: 1 });
    } catch (error) {
      this.set(key, { failed: error instanceof RestError ? (error.fields["file"] ?? error.detail) : describe(error) });
    } finally {
      this.running.delete(key);
    }
  }

  private set(key: number, change: Partial<Upload>): void {
    this.uploads.value = this.uploads.value.map((one) => (one.key === key ? { ...one, ...change } : one));
  }
}
