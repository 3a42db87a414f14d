import { type Moment, daysBetween, isSameYear, timeFormat } from "./time";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Says how long ago something was, or when it will be: "5 min ago", "in 2 hr". */
export function agoIn(locale?: string): (at: Moment, now?: Moment) => string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  return (at, now = Date.now()) => {
    const seconds = (Number(new Date(at)) - Number(new Date(now))) / 1000;
    for (const [unit, length] of STEPS)
      if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
    return relative.format(0, "second");
  };
}

/** Says times as lists do: the time today, then the weekday, then the date. */
export function briefIn(locale?: string): (at: Moment, now?: Moment) => string {
  const time = timeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const weekday = timeFormat(locale, { weekday: "short" });
  const dayOfThisYear = timeFormat(locale, { day: "numeric", month: "short" });
  const dayOfAnotherYear = timeFormat(locale, { day: "numeric", month: "short", year: "2-digit" });
  return (at, now = Date.now()) => {
    const days = daysBetween(at, now);
    if (days <= 0) return time(at);
    if (days < 7) return weekday(at);
    return isSameYear(at, now) ? dayOfThisYear(at) : dayOfAnotherYear(at);
  };
}

/** The words for today and yesterday, at the beginning of a line. */
export function recentDays(locale?: string): { today: string; yesterday: string } {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const said = (days: number) => {
    const text = relative.format(days, "day");
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
  };
  return { today: said(0), yesterday: said(-1) };
}
