/** Times and numbers for people, in their language. */

const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const numbers = new Intl.NumberFormat();

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "5 min ago", "in 2 hr". */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  for (const [unit, length] of STEPS)
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  return relative.format(0, "second");
}

/** The date and the time to the second. */
export const moment = (iso: string) => moments.format(new Date(iso));

export const number = (value: number) => numbers.format(value);

/** "840 ms", "1.2 s". */
export const duration = (ms: number) => (ms < 1000 ? `${ms} ms` : `${numbers.format(Math.round(ms / 100) / 10)} s`);

/** `reply_as_bot` → "Reply as bot". */
export const words = (snake: string) => {
  const text = snake.replace(/_/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};
