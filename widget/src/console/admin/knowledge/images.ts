/** Images in an article's Markdown: where they are put, and which files are some. */

/** The server's limit, looked at here so that nobody waits for what is refused. */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
/** What the server takes. */
export const IMAGE_TYPES = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/** A text with the place in it where writing goes on. */
interface Written {
  text: string;
  caret: number;
}

/** An image whose description is being written ends here, behind the caret. */
const BEHIND = /^[^[\]\n]*\]\([^()\n]*\)/;
const BEFORE = /!\[[^[\]\n]*$/;

/**
 * Puts images where the caret is, in place of what is selected, which describes the first of them. The caret is then
 * within its brackets, where that is written. No image is put into another's description.
 */
export function withImages(text: string, start: number, end: number, urls: readonly string[]): Written {
  const rest = BEFORE.test(text.slice(0, start)) ? (BEHIND.exec(text.slice(end))?.[0].length ?? 0) : 0;
  const isInAnother = rest > 0;
  const selected = text.slice(start, end);
  const isDescription = !isInAnother && !/[[\]\n]/.test(selected);
  const described = isDescription ? selected : "";
  const from = isDescription ? start : end + rest;
  const to = isDescription ? end : from;
  const before = isInAnother ? "\n\n" : "";
  const images = urls.map((url, at) => `![${at === 0 ? described : ""}](${url})`).join("\n\n");
  return {
    text: text.slice(0, from) + before + images + text.slice(to),
    caret: from + before.length + "![".length + described.length,
  };
}

/** Why a file is not sent at all; null: the server is asked. */
export function refusalOf({ name, size, type }: Pick<File, "name" | "size" | "type">): string | null {
  if (!IMAGE_TYPES.includes(type)) return `“${name}” is no JPEG, PNG, GIF or WebP image.`;
  if (size > MAX_IMAGE_BYTES) return `“${name}” is too large: an image is at most 5 MiB.`;
  return null;
}

/** The files that were pasted; none where there is text as well: a word processor's picture of what was copied. */
export const pastedIn = ({ types, files }: Pick<DataTransfer, "types" | "files">): File[] =>
  types.includes("text/plain") ? [] : [...files];
