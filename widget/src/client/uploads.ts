import { signal } from "@preact/signals-core";
import { Problem, Unreachable, problemOf } from "./problem";
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
  /** Why it failed; without a cause the server was not reached. */
  error?: UploadError;
}

/** What is wrong with a file. */
export type UploadError = "tooLarge" | "wrongType" | "emptyFile" | "rejected" | "uploadFailed";

/** The server's limit; asking it first would waste the visitor's time. */
const MAX_BYTES = 10 * 1024 * 1024;
const LONGEST_CHECK_MS = 4000;

/** The files that are attached to what is being written. */
export class Uploads {
  readonly items = signal<readonly Upload[]>([]);
  private readonly running = new Map<string, XMLHttpRequest>();

  constructor(private readonly rest: Rest) {}

  add(files: Iterable<File>): void {
    for (const file of files) {
      const upload: Upload = { key: uniqueId(), file, progress: 0, state: "uploading" };
      this.items.value = [...this.items.value, upload];
      const wrong = file.size > MAX_BYTES ? "tooLarge" : file.size === 0 ? "emptyFile" : undefined;
      if (wrong) this.change(upload.key, { state: "failed", error: wrong });
      else void this.run(upload);
    }
  }

  retry(key: string): void {
    const upload = this.items.value.find((item) => item.key === key);
    if (!upload) return;
    this.change(key, { state: "uploading", progress: 0, error: undefined });
    void this.run(upload);
  }

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
      await this.watch(key, attachment);
    } catch (error) {
      this.change(key, { state: "failed", error: causeOf(error) });
    }
  }

  /** The server looks into the file after it has taken it; nothing tells of that before the file is in a message. */
  private async watch(key: string, attachment: Attachment): Promise<void> {
    let { status } = attachment;
    for (let pause = 250; status === "processing" && pause <= LONGEST_CHECK_MS; pause *= 2) {
      await new Promise((done) => setTimeout(done, pause));
      if (!this.items.value.some((item) => item.key === key)) return;
      // a check that fails is only a question unanswered: sending will tell
      const seen = await this.rest
        .call<Attachment>("GET", `/api/chat/attachments/${attachment.attachment_id}`)
        .catch(() => attachment);
      status = seen.status;
    }
    if (status === "rejected") this.change(key, { state: "failed", error: "rejected" });
  }

  private async send(key: string, file: File): Promise<Attachment> {
    const token = await this.rest.session.access();
    try {
      return await this.post(key, file, token);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      return this.post(key, file, await this.rest.session.access(token));
    }
  }

  /** fetch tells nothing of its progress. */
  private post(key: string, file: File, token: string): Promise<Attachment> {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("file", file);
      request.open("POST", `${this.rest.base}/api/chat/upload/`);
      request.setRequestHeader("authorization", `Bearer ${token}`);
      request.responseType = "json";
      request.upload.onprogress = (event) =>
        this.change(key, { progress: event.total > 0 ? event.loaded / event.total : 0 });
      request.onload = () =>
        request.status === 200
          ? done(request.response as Attachment)
          : failed(problemOf(request.status, request.response, request.getResponseHeader("retry-after")));
      request.onerror = () => failed(new Unreachable("upload"));
      request.onabort = () => failed(new Unreachable("aborted"));
      request.onloadend = () => this.running.delete(key);
      this.running.set(key, request);
      request.send(form);
    });
  }

  private change(key: string, part: Partial<Upload>): void {
    this.items.value = this.items.value.map((item) => (item.key === key ? { ...item, ...part } : item));
  }
}

function causeOf(error: unknown): UploadError {
  if (!(error instanceof Problem)) return "uploadFailed";
  return error.status === 413 ? "tooLarge" : error.status === 415 ? "wrongType" : "uploadFailed";
}
