/** The bounds of the units that sizes are said in. */
const KILO = 1_000;
const MEGA = 1_000_000;

/**
 * A file's size in the language's own words (the browser's, where none is named). `long` spells bytes out and is more
 * exact: "1.5 kB", where `short` says "2 kB".
 */
export function fileSize(bytes: number, style: "long" | "short", locale?: string): string {
  const step = bytes < KILO ? 0 : bytes < MEGA ? 1 : 2;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: (["byte", "kilobyte", "megabyte"] as const)[step],
    unitDisplay: step === 0 ? style : "short",
    maximumFractionDigits: step === 2 || (step === 1 && style === "long") ? 1 : 0,
  }).format(bytes / KILO ** step);
}
