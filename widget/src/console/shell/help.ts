import { signal } from "@preact/signals";

/** Whether the list of keyboard shortcuts is shown. */
export const helpShown = signal(false);
export const showHelp = (shown: boolean) => {
  helpShown.value = shown;
};
