import { useState } from "preact/hooks";
import { Link, go } from "../../router";
import { describe } from "../../../client/problem";
import { Badge, Button, type Column, Empty, Table, toast } from "../../ui";
import { BackIcon, EditIcon, RefreshIcon, SendIcon, TrashIcon, WebhookIcon } from "../../ui/icons";
import { dateAndSeconds } from "../../time";
import { duration } from "../format";
import { type Loaded, useLoaded, useRefresh } from "../load";
import { Pager, Shown } from "../parts";
import { Time } from "../../ui/Time";
import { webhooks } from "./api";
import type { Webhook, WebhookAttempt, WebhookDelivery } from "../../../wire/schema";
import { EndpointForm } from "./EndpointForm";
import { DeleteEndpoint, EnabledSwitch, EndpointState } from "./WebhooksPage";
import type { Page as PageOf } from "../../../wire/page";

/** An endpoint, and what became of each event that was sent to it. */
export function EndpointView({ id }: { id: string }) {
  const endpoint = useLoaded(() => webhooks.one(id), [id]);
  const [cursor, setCursor] = useState<string | null>(null);
  const log = useLoaded(() => webhooks.deliveries(id, cursor), [id, cursor]);
  const isUnderWay = log.value?.results.some((one) => one.status === "pending") ?? false;
  useRefresh(log.reload, isUnderWay ? 1 : 10, log.value !== null);
  return (
    <div class="admin">
      <p class="admin-back">
        <Link to="webhooks" class="admin-link">
          <BackIcon size={16} /> All endpoints
        </Link>
      </p>
      <Shown loaded={endpoint}>
        {(one) => (
          <Head
            endpoint={one}
            reload={() => void endpoint.reload()}
            sent={() => (cursor ? setCursor(null) : void log.reload())}
          />
        )}
      </Shown>
      {endpoint.value && <Log endpoint={endpoint.value} log={log} go={setCursor} />}
    </div>
  );
}

function Head({ endpoint, reload, sent }: { endpoint: Webhook; reload: () => void; sent: () => void }) {
  const [asked, setAsked] = useState<"edit" | "delete" | null>(null);
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    try {
      await webhooks.test(endpoint.id);
      toast("A test event is on its way");
      sent();
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="admin-card" aria-label="Endpoint">
      <div class="admin-head">
        <div>
          <h2 class="admin-title admin-mono">{endpoint.url}</h2>
          {endpoint.description && <p class="admin-said">{endpoint.description}</p>}
        </div>
        <div class="admin-actions">
          <EndpointState endpoint={endpoint} />
          <EnabledSwitch endpoint={endpoint} onChanged={reload} />
        </div>
      </div>
      {!endpoint.enabled && endpoint.disabled_reason && <p class="admin-warn">{endpoint.disabled_reason}</p>}
      <div class="admin-badges admin-gap">
        {endpoint.events.map((name) => (
          <Badge key={name}>{name}</Badge>
        ))}
      </div>
      <div class="admin-foot">
        <Button
          class="first"
          icon={<SendIcon size={16} />}
          busy={busy}
          disabled={!endpoint.enabled}
          title={endpoint.enabled ? undefined : "Enable it first"}
          onClick={() => void test()}
        >
          Send a test event
        </Button>
        <Button icon={<EditIcon size={16} />} onClick={() => setAsked("edit")}>
          Change
        </Button>
        <Button icon={<TrashIcon size={16} />} onClick={() => setAsked("delete")}>
          Delete
        </Button>
      </div>
      {asked === "edit" && <EndpointForm endpoint={endpoint} onSaved={reload} onClose={() => setAsked(null)} />}
      {asked === "delete" && (
        <DeleteEndpoint endpoint={endpoint} onDeleted={() => go("webhooks")} onClose={() => setAsked(null)} />
      )}
    </section>
  );
}

function Log({
  endpoint,
  log,
  go: goTo,
}: {
  endpoint: Webhook;
  log: Loaded<PageOf<WebhookDelivery>>;
  go: (cursor: string) => void;
}) {
  return (
    <section class="admin-shown" aria-label="Deliveries">
      <h2 class="admin-title admin-flush">Deliveries</h2>
      <Shown loaded={log}>
        {(page) => (
          <>
            <Table
              caption="Deliveries, newest first"
              columns={columns(endpoint, () => void log.reload())}
              rows={page.results}
              rowKey={(one) => one.id}
              empty={
                <Empty icon={<WebhookIcon />} title="Nothing was sent yet">
                  Send a test event to see whether your receiver takes it.
                </Empty>
              }
            />
            <Pager page={page} what={["delivery", "deliveries"]} go={goTo} />
          </>
        )}
      </Shown>
    </section>
  );
}

const tones = { pending: "primary", ok: "ok", failed: "warn", dead: "danger" } as const;
const states = { pending: "Pending", ok: "Delivered", failed: "Failed, will retry", dead: "Given up" } as const;

function columns(endpoint: Webhook, reload: () => void): Column<WebhookDelivery>[] {
  return [
    { title: "When", cell: (one) => <Time at={one.created_at} /> },
    {
      title: "Event",
      cell: (one) => (
        <div class="admin-cell">
          <span class="admin-strong">{one.event_type}</span>
          <small class="admin-mono">{one.event_id}</small>
        </div>
      ),
    },
    {
      title: "Status",
      cell: (one) => (
        <div class="admin-cell">
          <Badge tone={tones[one.status]}>{states[one.status]}</Badge>
          {one.next_attempt_at && one.status === "failed" && (
            <small>
              again <Time at={one.next_attempt_at} />
            </small>
          )}
        </div>
      ),
    },
    { title: "Attempts", cell: (one) => <Attempts attempts={one.attempts} /> },
    {
      title: "Actions",
      hideTitle: true,
      align: "end",
      cell: (one) => <Replay endpoint={endpoint} delivery={one} reload={reload} />,
    },
  ];
}

/** The server words a refusal as "HTTP 500": the code is said once. */
const outcome = ({ status_code: code, error }: WebhookAttempt) => {
  const said = error && !(code && error === `HTTP ${code}`) ? error : null;
  return [code ? `HTTP ${code}` : null, said].filter(Boolean).join(": ") || "no answer";
};

function Attempts({ attempts }: { attempts: WebhookAttempt[] }) {
  const last = attempts.at(-1);
  if (!last) return <span class="admin-soft">none yet</span>;
  const line = (attempt: WebhookAttempt) => `${outcome(attempt)} · ${duration(attempt.duration_ms)}`;
  return (
    <div class="admin-cell">
      <span class={last.error ? "admin-error-text" : undefined}>{line(last)}</span>
      {attempts.length > 1 && (
        <details class="admin-raw">
          <summary>{attempts.length} attempts</summary>
          <ol class="admin-attempts">
            {attempts.map((attempt) => (
              <li key={attempt.at}>
                <time dateTime={attempt.at}>{dateAndSeconds(attempt.at)}</time>: {line(attempt)}
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function Replay({ endpoint, delivery, reload }: { endpoint: Webhook; delivery: WebhookDelivery; reload: () => void }) {
  const [busy, setBusy] = useState(false);
  const replay = async () => {
    setBusy(true);
    try {
      await webhooks.replay(endpoint.id, delivery.id);
      reload();
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="sm"
      icon={<RefreshIcon size={16} />}
      busy={busy}
      disabled={!endpoint.enabled || delivery.status === "pending"}
      aria-label={`Replay ${delivery.event_type} of ${dateAndSeconds(delivery.created_at)}`}
      onClick={() => void replay()}
    >
      Replay
    </Button>
  );
}
