const DAY_MS = 86_400_000;

/** Times and days of messages, in a language. Made once per language: formatters are costly. */
export class Times {
  private readonly clock: Intl.DateTimeFormat;
  private readonly thisYear: Intl.DateTimeFormat;
  private readonly otherYear: Intl.DateTimeFormat;
  private readonly full: Intl.DateTimeFormat;

  constructor(locale: string) {
    this.clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.thisYear = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
    this.otherYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
    this.full = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  }

  /** The time of day. */
  time(at: string): string {
    return this.clock.format(new Date(at));
  }

  /** Date and time in full, for who hovers or listens. */
  whole(at: string): string {
    return this.full.format(new Date(at));
  }

  /** The day of a divider; `today` and `yesterday` in words of the caller's. */
  day(at: string, now: Date, words: { today: string; yesterday: string }): string {
    const date = new Date(at);
    const days = Math.round((midnight(now) - midnight(date)) / DAY_MS);
    if (days === 0) return words.today;
    if (days === 1) return words.yesterday;
    return (date.getFullYear() === now.getFullYear() ? this.thisYear : this.otherYear).format(date);
  }
}

/** The local day of a time: what has the same one belongs under one divider. */
export function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
