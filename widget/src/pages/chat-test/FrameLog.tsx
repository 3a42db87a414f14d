import { useSignal } from "@preact/signals";
import { type LoggedFrame, MOST_FRAMES, clear, direction, isPaused, shown, togglePause, waiting, words } from "./state";

const TIME = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const DIRECTIONS = { all: "All", in: "In", out: "Out" } as const;

/** Every frame and call between the widget and the server, newest first. */
export function FrameLog() {
  const frames = shown.value;
  return (
    <section class="card log" aria-labelledby="log">
      <div class="log-head">
        <div class="row">
          <h2 id="log">Frames</h2>
          <span class="soft grow" data-testid="frame-count">
            {frames.length} shown, the last {MOST_FRAMES} are kept
          </span>
          <button type="button" class="small" aria-pressed={isPaused.value} onClick={togglePause}>
            {isPaused.value ? `Resume${waiting.value > 0 ? ` (${waiting.value} new)` : ""}` : "Pause"}
          </button>
          <button type="button" class="small" onClick={clear}>
            Clear
          </button>
        </div>
        <div class="row">
          <input
            class="filter"
            type="search"
            placeholder="Filter by type or content"
            aria-label="Filter frames"
            value={words.value}
            onInput={(event) => (words.value = event.currentTarget.value)}
          />
          <div class="segments" role="group" aria-label="Direction">
            {(Object.keys(DIRECTIONS) as (keyof typeof DIRECTIONS)[]).map((key) => (
              <button
                type="button"
                key={key}
                aria-pressed={direction.value === key}
                onClick={() => (direction.value = key)}
              >
                {DIRECTIONS[key]}
              </button>
            ))}
          </div>
        </div>
      </div>
      {frames.length === 0 ? (
        <p class="empty soft">
          {words.value || direction.value !== "all"
            ? "No frame matches."
            : "Nothing has passed yet. Open the chat, bottom corner, and send a message."}
        </p>
      ) : (
        <ol class="frames" tabIndex={0} aria-label="Frames, newest first">
          {frames.map((frame) => (
            <Row key={frame.number} frame={frame} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Row({ frame }: { frame: LoggedFrame }) {
  const isOpen = useSignal(false);
  const isIn = frame.direction === "in";
  return (
    <li data-direction={frame.direction} data-via={frame.via} data-type={frame.type}>
      <details onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
        <summary>
          <span class={`way ${frame.direction}`}>
            <span aria-hidden="true">{isIn ? "↓" : "↑"}</span> {isIn ? "in" : "out"}
          </span>
          <span class="via">{frame.via}</span>
          <span class="type mono">{frame.type}</span>
          <time class="mono" dateTime={frame.at.toISOString()}>
            {TIME.format(frame.at)}
          </time>
        </summary>
        {isOpen.value && <pre class="mono">{JSON.stringify(frame.frame, null, 2)}</pre>}
      </details>
    </li>
  );
}
