import { useState } from "preact/hooks";
import { Link, go } from "../../router";
import { Button, type Column, Empty, Select, Table } from "../../ui";
import { CheckIcon, EditIcon } from "../../ui/icons";
import { Time } from "../../ui/Time";
import { number } from "../format";
import { useLoaded } from "../load";
import { Shown } from "../parts";
import { type UnansweredQuestion, knowledge } from "./api";

const TIMES = [7, 30, 90].map((days) => ({ value: String(days), label: `The last ${days} days` }));

/** What customers asked in vain, the most frequent first; one click begins the article that answers it. */
export function Unanswered() {
  const [days, setDays] = useState("30");
  const loaded = useLoaded(() => knowledge.unanswered(Number(days)), [days]);
  return (
    <div class="admin-shown">
      <div class="admin-bar">
        <Select class="fixed" label="Time" hideLabel options={TIMES} value={days} onChange={setDays} />
      </div>
      <Shown loaded={loaded}>
        {(questions) => (
          <Table
            caption="Unanswered questions"
            columns={columns}
            rows={questions}
            rowKey={(one) => one.question}
            empty={
              <Empty icon={<CheckIcon />} title="No question was left unanswered">
                In this time the bot had an answer to whatever was asked, and nobody said that one did not help.
              </Empty>
            }
          />
        )}
      </Shown>
    </div>
  );
}

const begin = (question: string) => go(`articles/new?${new URLSearchParams({ question })}`);

const columns: Column<UnansweredQuestion>[] = [
  {
    title: "Question",
    cell: (one) => (
      <div class="admin-cell">
        <bdi class="admin-strong">{one.question}</bdi>
        {one.examples.map((other) => (
          <small key={other}>
            <bdi>{other}</bdi>
          </small>
        ))}
        {one.unhelpful > 0 && (
          <small class="admin-error-text">
            {one.unhelpful === 1 ? "One answer" : `${number(one.unhelpful)} answers`} did not help
          </small>
        )}
      </div>
    ),
  },
  { title: "Times", align: "end", cell: (one) => number(one.count) },
  { title: "Last asked", cell: (one) => <Time at={one.newest_at} /> },
  {
    title: "Conversations",
    cell: (one) => (
      <div class="admin-badges">
        {one.conversations.map((id, place) => (
          <Link key={id} to={`conversations/${id}`} class="admin-link">
            {place === 0 ? "Open" : place + 1}
            <span class="sr-only">, asked there: {one.question}</span>
          </Link>
        ))}
      </div>
    ),
  },
  {
    title: "Actions",
    hideTitle: true,
    align: "end",
    cell: (one) => (
      <Button
        size="sm"
        icon={<EditIcon size={16} />}
        aria-label={`Write an article: ${one.question}`}
        onClick={() => begin(one.question)}
      >
        Write an article
      </Button>
    ),
  },
];
