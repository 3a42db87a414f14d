import { conversations } from "../desk/api";
import { clock } from "../time";
import type { TracedAnswer } from "../../wire/schema";
import { Badge, ErrorNote } from "../ui";
import { Detail, Section } from "./ContextPanel";
import { useReading } from "./reading";

const score = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** How the assistant came to its replies, the newest first. */
export function TraceList({ id, spoken }: { id: string; spoken: string }) {
  const { value, error, again } = useReading(() => conversations.trace(id), [id, spoken]);
  if (value?.length === 0) return null;
  return (
    <Section title="What the assistant did">
      <ErrorNote error={error} retry={again} />
      <ol class="traces" aria-label="Replies of the assistant">
        {value?.map((trace) => (
          <li key={trace.message_id} class="trace">
            <TraceView trace={trace} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function TraceView({ trace }: { trace: TracedAnswer }) {
  return (
    <>
      <p class="trace-question">
        <bdi>{trace.question ?? trace.answer ?? "Reply"}</bdi>
      </p>
      <p class="trace-marks">
        {trace.intent && <Badge tone="primary">{trace.intent.replace(/_/g, " ")}</Badge>}
        {trace.feedback === "up" && <Badge tone="ok">helped</Badge>}
        {trace.feedback === "down" && <Badge tone="danger">did not help</Badge>}
        {trace.handoff && <Badge tone="warn">asked for a person</Badge>}
        <span class="soft">{clock(trace.created_at)}</span>
      </p>
      <dl class="facts">
        {trace.rewritten && <Detail name="Understood as">{trace.rewritten}</Detail>}
        {trace.fallback && <Detail name="Not by the model">{trace.fallback}</Detail>}
        {trace.model && <Detail name="Model">{trace.model}</Detail>}
        {typeof trace.duration_ms === "number" && <Detail name="Time">{trace.duration_ms} ms</Detail>}
        {trace.language && <Detail name="Language">{trace.language}</Detail>}
      </dl>
      {trace.passages && trace.passages.length > 0 && (
        <ul class="passages" aria-label="Passages">
          {trace.passages.map((passage, index) => (
            <li key={index}>
              <span class="passage-title">{passage.title}</span>
              <span class="passage-score" title="Score">
                {score.format(passage.score)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
