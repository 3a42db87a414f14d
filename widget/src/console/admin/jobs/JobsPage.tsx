import { useState } from "preact/hooks";
import { describe } from "../../../client/problem";
import { rest } from "../../session";
import { Badge, Button, type Column, Empty, Table, Tabs, toast } from "../../ui";
import { CheckIcon, RefreshIcon } from "../../ui/icons";
import { duration, number, words } from "../format";
import { useLoaded, useRefresh } from "../load";
import { Page, Pager, Raw, Shown } from "../parts";
import { Time } from "../../ui/Time";
import type { Job, JobPage, JobQueue, JobState } from "../../../wire/schema";

const tabs: { key: JobState; title: string }[] = [
  { key: "dead", title: "Dead" },
  { key: "pending", title: "Pending" },
  { key: "running", title: "Running" },
];

const nothing: Record<JobState, string> = {
  dead: "No job has died",
  pending: "Nothing waits",
  running: "Nothing runs just now",
  done: "Nothing is done yet",
};

const INTRO =
  "What the worker does beside the conversations: the bot’s answers, notifications, files, webhooks. " +
  "Each kind of work has a queue of its own. " +
  "A job that failed in all its tries is dead until somebody replays it.";

/** The worker's jobs: failed, waiting, running. */
export function JobsPage() {
  const [state, setState] = useState<JobState>("dead");
  return (
    <Page intro={INTRO}>
      <Tabs label="Jobs by state" tabs={tabs} selected={state} controls="jobs" onSelect={setState} />
      <div id="jobs" role="tabpanel" aria-label={words(state)}>
        <JobList key={state} state={state} />
      </div>
    </Page>
  );
}

function JobList({ state }: { state: JobState }) {
  const [cursor, setCursor] = useState<string | null>(null);
  const loaded = useLoaded(() => rest.get<JobPage>("/api/jobs", { state, cursor, limit: 20 }), [state, cursor]);
  useRefresh(loaded.reload, 5, cursor === null);
  return (
    <Shown loaded={loaded}>
      {(page) => (
        <>
          <Table
            caption={`Jobs: ${state}`}
            columns={columns(state, () => void loaded.reload())}
            rows={page.results}
            rowKey={(job) => job.id}
            empty={
              <Empty icon={<CheckIcon />} title={nothing[state]}>
                {state === "dead" ? "The worker keeps up." : "The list is looked at again every few seconds."}
              </Empty>
            }
          />
          <Pager page={page} what={["job", "jobs"]} go={setCursor} />
          <Table caption="Queues" columns={queueColumns} rows={page.queues} rowKey={(queue) => queue.queue} />
        </>
      )}
    </Shown>
  );
}

const queueColumns: Column<JobQueue>[] = [
  { title: "Queue", cell: (queue) => <span class="admin-strong">{words(queue.queue)}</span> },
  { title: "Pending", align: "end", cell: (queue) => number(queue.pending) },
  { title: "Running", align: "end", cell: (queue) => number(queue.running) },
  { title: "Dead", align: "end", cell: (queue) => number(queue.dead) },
  {
    title: "Oldest waits",
    align: "end",
    cell: (queue) => (queue.oldest_seconds > 0 ? duration(queue.oldest_seconds * 1000) : "–"),
  },
];

const times = (count: number, one: string) => `${number(count)} ${one}${count === 1 ? "" : "s"}`;

function columns(state: JobState, reload: () => void): Column<Job>[] {
  const all: Column<Job>[] = [
    {
      title: "Job",
      cell: (job) => (
        <div class="admin-cell">
          <span class="admin-strong">{words(job.kind)}</span>
          <small>
            {job.queue} · {times(job.starts, "start")}, {times(job.failures, "failure")} ·{" "}
            <span class="admin-mono">{job.id}</span>
          </small>
        </div>
      ),
    },
    {
      title: state === "dead" ? "Why it died" : "Last error",
      cell: (job) => (
        <div class="admin-cell">
          {job.last_error ? (
            <span class="admin-error-text">{job.last_error}</span>
          ) : (
            <span class="admin-soft">none</span>
          )}
          <Raw title="Payload" text={JSON.stringify(job.payload, null, 2)} />
        </div>
      ),
    },
    {
      title: state === "dead" ? "Since" : "Due",
      cell: (job) => <Time at={state === "dead" ? job.updated_at : job.run_at} />,
    },
  ];
  if (state === "dead")
    all.push({ title: "Actions", hideTitle: true, align: "end", cell: (job) => <Replay job={job} reload={reload} /> });
  else
    all.push({
      title: "State",
      cell: (job) => <Badge tone={job.state === "running" ? "primary" : "plain"}>{words(job.state)}</Badge>,
    });
  return all;
}

function Replay({ job, reload }: { job: Job; reload: () => void }) {
  const [busy, setBusy] = useState(false);
  const replay = async () => {
    setBusy(true);
    try {
      await rest.post(`/api/jobs/${job.id}/replay`);
      toast(`“${words(job.kind)}” is tried again`);
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      setBusy(false);
      reload();
    }
  };
  return (
    <Button
      size="sm"
      icon={<RefreshIcon size={16} />}
      busy={busy}
      aria-label={`Replay ${words(job.kind)}`}
      onClick={() => void replay()}
    >
      Replay
    </Button>
  );
}
