const DAY_MS = 86_400_000;

/** A moment, as the server writes it or as the browser has it. */
export type Moment = string | number | Date;

/** How a host says times. */
interface TimeStyles {
  time: Intl.DateTimeFormatOptions;
  whole: Intl.DateTimeFormatOptions;
  dayOfThisYear: Intl.DateTimeFormatOptions;
  dayOfAnotherYear: Intl.DateTimeFormatOptions;
}

const STYLES: TimeStyles = {
  time: { hour: "numeric", minute: "2-digit" },
  whole: { dateStyle: "full", timeStyle: "short" },
  dayOfThisYear: { weekday: "long", day: "numeric", month: "long" },
  dayOfAnotherYear: { day: "numeric", month: "long", year: "numeric" },
};

/** Makes what writes times in one form, in the browser's language where no locale is named. Costly: made once. */
export function timeFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): (at: Moment) => string {
  const format = new Intl.DateTimeFormat(locale, options);
  return (at) => format.format(new Date(at));
}

/** Times and days of messages, in a language and a host's style. */
export class Times {
  /** The time of day. */
  readonly time;
  /** Date and time in full, for who hovers or listens. */
  readonly whole;
  private readonly dayOfThisYear;
  private readonly dayOfAnotherYear;

  constructor(locale?: string, styles: Partial<TimeStyles> = {}) {
    const all = { ...STYLES, ...styles };
    this.time = timeFormat(locale, all.time);
    this.whole = timeFormat(locale, all.whole);
    this.dayOfThisYear = timeFormat(locale, all.dayOfThisYear);
    this.dayOfAnotherYear = timeFormat(locale, all.dayOfAnotherYear);
  }

  /** The day of a divider; `today` and `yesterday` in words of the caller's. */
  day(at: Moment, now: Moment, words: { today: string; yesterday: string }): string {
    const days = daysBetween(at, now);
    if (days === 0) return words.today;
    if (days === 1) return words.yesterday;
    return isSameYear(at, now) ? this.dayOfThisYear(at) : this.dayOfAnotherYear(at);
  }
}

/** The local day of a moment, as its midnight: what has the same one belongs under one divider. */
export const dayOf = (at: Moment): number => new Date(at).setHours(0, 0, 0, 0);

/** How many midnights lie between; a day of 23 or 25 hours is one, too. */
export const daysBetween = (from: Moment, to: Moment): number => Math.round((dayOf(to) - dayOf(from)) / DAY_MS);

/** Whether both are in one year of the local calendar. */
export const isSameYear = (a: Moment, b: Moment): boolean => new Date(a).getFullYear() === new Date(b).getFullYear();
