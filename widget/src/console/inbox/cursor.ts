import { signal } from "@preact/signals";

/** The row that the keyboard asks for: the list brings it into sight and gives it the focus. */
export const cursor = signal<string | null>(null);
