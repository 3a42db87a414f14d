/** Times as people say them, in the browser's language. */
import { agoIn, briefIn, recentDays } from "../kit/ago";
import { type Moment, Times, timeFormat } from "../kit/time";

const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;
const times = new Times(undefined, {
  time: CLOCK,
  whole: { dateStyle: "full", timeStyle: "medium" },
  dayOfAnotherYear: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
});
const words = recentDays();

/** The time of day. */
export const clock = times.time;
/** Date and time in full, to the second. */
export const whole = times.whole;
/** The weekday, date and time, short. */
export const dayAndTime = timeFormat(undefined, { weekday: "short", day: "numeric", month: "short", ...CLOCK });
/** The date. */
export const date = timeFormat(undefined, { dateStyle: "medium" });
/** The date and the time to the second. */
export const dateAndSeconds = timeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
/** For lists: the time today, then the weekday, then the date. */
export const brief = briefIn();
/** "5 min ago", "in 2 hr". */
export const ago = agoIn();

/** For dividers between days. */
export const dayTitle = (at: Moment): string => times.day(at, Date.now(), words);
