import { effect, signal } from "@preact/signals";
import { type Theme, followTheme } from "../../kit/theme";
import { StoredValue } from "../../client/store";
import { store } from "../storage";

const kept = new StoredValue<Theme>(store, "theme");

/** The colours that this browser's person chose; all tabs follow. */
export const theme = signal<Theme>(kept.get() ?? "auto");

export const chooseTheme = (chosen: Theme) => {
  kept.set(chosen);
  theme.value = chosen;
};

kept.watch((chosen) => (theme.value = chosen ?? "auto"));
effect(() => followTheme(document.documentElement, theme.value));
