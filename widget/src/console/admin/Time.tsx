import { ago, moment } from "./format";

/** How long ago, with the exact time at hand. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={moment(at)}>
      {ago(at)}
    </time>
  );
}
