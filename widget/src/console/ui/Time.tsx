import { ago, dateAndSeconds } from "../time";

/** How long ago, with the exact time at hand. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dateAndSeconds(at)}>
      {ago(at)}
    </time>
  );
}
