/** What a person or page chose; `auto` follows the system. */
export type Theme = "light" | "dark" | "auto";

/** Keeps `data-theme` of an element at the colours that the theme means now. Returns what ends that. */
export function followTheme(element: HTMLElement, theme: Theme): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    element.dataset["theme"] = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  };
  apply();
  if (theme !== "auto") return () => {};
  dark.addEventListener("change", apply);
  return () => dark.removeEventListener("change", apply);
}
