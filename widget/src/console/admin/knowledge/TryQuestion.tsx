import { useState } from "preact/hooks";
import { Badge, Button, ErrorNote, Field } from "../../ui";
import { SparkIcon } from "../../ui/icons";
import { words } from "../format";
import { useForm } from "../form";
import { knowledge } from "./api";
import type { TriedAnswer } from "../../../wire/schema";
import { Outside, harmless } from "../../ui/inline";
import { Markdown } from "../../ui/markdown";

/** What the bot would answer to a customer, and why; nothing of it is kept. */
export function TryQuestion() {
  const [query, setQuery] = useState("");
  const [tried, setTried] = useState<TriedAnswer | null>(null);
  const form = useForm(["query"], () => knowledge.ask(query), setTried);
  return (
    <section class="admin-card try" aria-label="Try a question">
      <h2>Try a question</h2>
      <form class="admin-form" ref={form.formRef} onSubmit={form.submit} onInput={form.touched} noValidate>
        <Field
          label="Question"
          hint="As a customer would ask it. Nothing is stored."
          maxLength={4000}
          value={query}
          error={form.errors["query"]}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <div class="admin-foot">
          <Button type="submit" variant="primary" busy={form.busy} icon={<SparkIcon size={18} />}>
            Ask the bot
          </Button>
        </div>
        <ErrorNote error={form.problem} />
      </form>
      <div aria-live="polite" aria-busy={form.busy}>
        {tried && <Answer tried={tried} />}
      </div>
    </section>
  );
}

/** An answer, and how the bot came to it. */
export function Answer({ tried }: { tried: TriedAnswer }) {
  const best = Math.max(...tried.passages.map((one) => one.score), 0);
  return (
    <div class="try-answer">
      <div class="try-bubble">
        {tried.answer ? <Markdown text={tried.answer} /> : <p class="admin-soft">The bot says nothing.</p>}
      </div>
      <div class="admin-badges">
        <Badge
          tone={
            tried.intent === "answer"
              ? "ok"
              : tried.intent === "unknown" || tried.intent === "unclear"
                ? "warn"
                : "primary"
          }
        >
          {words(tried.intent)}
        </Badge>
        <Badge>{tried.model ?? "Quoted from the articles"}</Badge>
      </div>
      <h3>Sources</h3>
      {tried.sources.length === 0 ? (
        <p class="admin-soft">None.</p>
      ) : (
        <ul class="try-list">
          {tried.sources.map((source) => (
            <li key={source.title}>
              <Named title={source.title} url={source.url} />
            </li>
          ))}
        </ul>
      )}
      <h3>Passages considered</h3>
      {tried.passages.length === 0 ? (
        <p class="admin-soft">None of the articles’ passages.</p>
      ) : (
        <ol class="try-list">
          {tried.passages.map((passage, place) => (
            <li key={place} class="try-passage">
              <span class="try-passage-title">
                <Named title={passage.title} url={passage.url} />
              </span>
              <svg class="try-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="try-bar-back" width="100" height="6" rx="3" />
                <rect
                  class="try-bar-fill"
                  width={best > 0 ? Math.max(1, (passage.score / best) * 100) : 0}
                  height="6"
                  rx="3"
                />
              </svg>
              <span class="try-score">{passage.score.toFixed(2)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function Named({ title, url }: { title: string; url?: string | null | undefined }) {
  const href = url ? harmless(url) : null;
  return href ? <Outside href={href}>{title}</Outside> : title;
}
