import { useState } from "preact/hooks";
import { Badge, Button, ErrorNote, Field } from "../../ui";
import { SparkIcon } from "../../ui/icons";
import { useForm } from "../form";
import type { Article, TriedAnswer } from "../../../wire/schema";
import { Answer } from "./TryQuestion";
import { knowledge } from "./api";
import { type Verdict, judge } from "./judge";

const TONES = { this: "ok", also: "ok", other: "warn", near: "warn", none: "danger" } as const;

/** Whether the bot answers questions from this article now. */
export function WouldAnswer({ article }: { article: Article }) {
  const [query, setQuery] = useState("");
  const [tried, setTried] = useState<TriedAnswer | null>(null);
  const form = useForm(["query"], () => knowledge.ask(query), setTried);
  return (
    <section class="admin-card try" aria-label="Questions this would answer">
      <h2>Questions this would answer</h2>
      {(article.status === "draft" || article.draft) && (
        <p class="admin-soft">
          {article.status === "draft"
            ? "The bot answers from this article once it is published."
            : "The bot answers from what is published; your changes are not tried."}
        </p>
      )}
      {article.questions.length > 0 && <ExampleQuestions article={article} />}
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
          <Button type="submit" busy={form.busy} icon={<SparkIcon size={18} />}>
            Ask the bot
          </Button>
        </div>
        <ErrorNote error={form.problem} />
      </form>
      <div aria-live="polite" aria-busy={form.busy}>
        {tried && (
          <>
            <Mark verdict={judge(tried, article)} />
            <Answer tried={tried} />
          </>
        )}
      </div>
    </section>
  );
}

const Mark = ({ verdict }: { verdict: Verdict }) => <Badge tone={TONES[verdict.kind]}>{verdict.says}</Badge>;

/** The article's own questions, each tried when somebody asks for it: with a model an answer costs something. */
function ExampleQuestions({ article }: { article: Article }) {
  const [verdicts, setVerdicts] = useState<Record<string, Verdict>>({});
  const form = useForm([], tryAll, () => {});
  async function tryAll() {
    setVerdicts({});
    // one after the other: the bot has customers too
    for (const question of article.questions) {
      const verdict = judge(await knowledge.ask(question), article);
      setVerdicts((before) => ({ ...before, [question]: verdict }));
    }
  }
  return (
    <form class="admin-form try-examples" onSubmit={form.submit}>
      <ul class="knowledge-plain" aria-label="Example questions" aria-live="polite" aria-busy={form.busy}>
        {article.questions.map((question) => {
          const verdict = verdicts[question];
          return (
            <li key={question}>
              <bdi>{question}</bdi>
              {verdict && <Mark verdict={verdict} />}
            </li>
          );
        })}
      </ul>
      <div class="admin-foot">
        <Button type="submit" busy={form.busy}>
          Try the example questions
        </Button>
      </div>
      <ErrorNote error={form.problem} />
    </form>
  );
}
