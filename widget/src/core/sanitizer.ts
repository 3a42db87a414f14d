import { signal } from "@preact/signals";

/** Makes nodes of the HTML of the server at `base`; null until it is loaded, and text is shown meanwhile. */
export const sanitizer = signal<((base: string, html: string) => DocumentFragment) | null>(null);

let loading: Promise<void> | undefined;

/** Loads it, once. */
export function loadSanitizer(): void {
  loading ??= import("../kit/html").then(
    ({ sanitizeFrom }) => void (sanitizer.value = sanitizeFrom),
    () => void (loading = undefined),
  );
}
