import { signal } from "@preact/signals";

/** Whether the panel beside the thread is open; where there is little room it begins closed. */
export const contextShown = signal(matchMedia("(min-width: 1280px)").matches);
