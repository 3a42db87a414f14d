/** Times as people say them, in the browser's language. */
const format = (options: Intl.DateTimeFormatOptions) => {
  const made = new Intl.DateTimeFormat(undefined, options);
  return (time: string | number | Date) => made.format(new Date(time));
};

export const clock = format({ hour: "2-digit", minute: "2-digit" });
export const dayAndTime = format({
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
export const whole = format({ dateStyle: "full", timeStyle: "medium" });
export const date = format({ dateStyle: "medium" });
const monthDay = format({ day: "numeric", month: "short" });
const weekday = format({ weekday: "short" });
const longDay = format({ weekday: "long", day: "numeric", month: "long" });
const longDayYear = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const monthDayYear = format({ day: "numeric", month: "short", year: "2-digit" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export const dayOf = (time: string | number | Date): number => new Date(time).setHours(0, 0, 0, 0);
const daysAgo = (time: string | number | Date, now: number) => Math.round((dayOf(now) - dayOf(time)) / 86_400_000);

/** For lists: the time today, then the weekday, then the date. */
export function brief(time: string, now = Date.now()): string {
  const days = daysAgo(time, now);
  if (days <= 0) return clock(time);
  if (days < 7) return weekday(time);
  return new Date(time).getFullYear() === new Date(now).getFullYear() ? monthDay(time) : monthDayYear(time);
}

/** For dividers between days. */
export function dayTitle(time: string, now = Date.now()): string {
  const days = daysAgo(time, now);
  if (days === 0 || days === 1) {
    const text = relative.format(-days, "day");
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
  }
  return new Date(time).getFullYear() === new Date(now).getFullYear() ? longDay(time) : longDayYear(time);
}

export function fileSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte"] as const;
  const step = bytes < 1_000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: units[step],
    unitDisplay: "short",
    maximumFractionDigits: step === 2 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

/** Proposals for when a snooze ends. */
export function snoozeChoices(now = new Date()): { label: string; until: Date }[] {
  const atNine = (days: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(9, 0, 0, 0);
    return day;
  };
  const later = new Date(now.getTime() + 3 * 3_600_000);
  later.setMinutes(later.getMinutes() < 30 ? 30 : 60, 0, 0);
  const monday = (8 - now.getDay()) % 7 || 7;
  const choices = [
    { label: "In an hour", until: new Date(now.getTime() + 3_600_000) },
    { label: "Later today", until: later },
    { label: "Tomorrow", until: atNine(1) },
    { label: "Next week", until: atNine(monday) },
  ];
  // late in the evening "later today" would be tomorrow
  return choices.filter((choice) => choice.label !== "Later today" || choice.until.getDate() === now.getDate());
}
