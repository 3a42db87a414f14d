import { Badge, IconButton, Spinner } from "../ui";
import { CloseIcon, SparkIcon } from "../ui/icons";
import { Markdown } from "../ui/markdown";
import type { ThreadStore } from "./ThreadStore";

/** What happened so far, above the messages; it says who wrote it. */
export function SummaryCard({ thread: { summary } }: { thread: Pick<ThreadStore, "summary"> }) {
  const shown = summary.shown.value;
  if (!shown && !summary.busy.value) return null;
  return (
    <section class="summary" aria-label="What happened so far" aria-busy={summary.busy.value}>
      <header>
        <SparkIcon size={18} />
        <h3>What happened so far</h3>
        {shown && (shown.by_model ? <Badge tone="primary">Written by the model</Badge> : <Badge>An extract</Badge>)}
        {shown && (
          <IconButton label="Dismiss the summary" size="sm" onClick={() => (summary.shown.value = null)}>
            <CloseIcon size={16} />
          </IconButton>
        )}
      </header>
      {shown ? (
        <div class="summary-text" dir="auto" tabIndex={0} role="group" aria-label="The summary">
          <Markdown text={shown.summary} />
        </div>
      ) : (
        <Spinner size={18} label="Summarising" />
      )}
    </section>
  );
}
