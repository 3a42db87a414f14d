import { signal } from "@preact/signals";

/** Makes nodes of the server's HTML; null until it is loaded, and text is shown meanwhile. */
export const sanitizer = signal<((html: string) => DocumentFragment) | null>(null);

let loading: Promise<void> | undefined;

/** Loads it, once. */
export function loadSanitizer(): void {
  loading ??= import("../kit/html").then(
    ({ sanitize }) => void (sanitizer.value = sanitize),
    () => void (loading = undefined),
  );
}
