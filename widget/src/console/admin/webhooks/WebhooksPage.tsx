import { useState } from "preact/hooks";
import { Link, route } from "../../router";
import { describe } from "../../../client/problem";
import { Badge, Button, type Column, Empty, IconButton, Table, toast } from "../../ui";
import { EditIcon, PlusIcon, TrashIcon, WebhookIcon } from "../../ui/icons";
import { ago } from "../../time";
import { useLoaded } from "../load";
import { Confirm, Page, Shown, Switch } from "../parts";
import { webhooks } from "./api";
import type { Webhook } from "../../../wire/schema";
import { EndpointForm } from "./EndpointForm";
import { EndpointView } from "./EndpointView";

/** `webhooks`: the endpoints; `webhooks/<id>`: one with the log of its deliveries. */
export function WebhooksPage() {
  const id = route.value.path.split("/")[1];
  return id ? <EndpointView key={id} id={id} /> : <Endpoints />;
}

type Asked = { what: "create" } | { what: "edit" | "delete"; endpoint: Webhook };

function Endpoints() {
  const loaded = useLoaded(webhooks.list, []);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const create = (
    <Button variant="primary" icon={<PlusIcon size={18} />} onClick={() => setAsked({ what: "create" })}>
      New endpoint
    </Button>
  );
  return (
    <Page
      intro={
        "Where your other systems hear of messages, conversations and tickets: " +
        "each event is posted to the endpoints that want it, and tried again until it is taken."
      }
      actions={create}
    >
      <Shown loaded={loaded}>
        {(endpoints) => (
          <Table
            caption="Endpoints"
            columns={columns(setAsked, () => void loaded.reload())}
            rows={endpoints}
            rowKey={(one) => one.id}
            empty={
              <Empty icon={<WebhookIcon />} title="No endpoint yet">
                Add the address of your receiver to have events posted to it.
              </Empty>
            }
          />
        )}
      </Shown>
      {asked?.what === "create" && <EndpointForm onSaved={() => void loaded.reload()} onClose={close} />}
      {asked?.what === "edit" && (
        <EndpointForm endpoint={asked.endpoint} onSaved={() => void loaded.reload()} onClose={close} />
      )}
      {asked?.what === "delete" && (
        <DeleteEndpoint endpoint={asked.endpoint} onDeleted={() => void loaded.reload()} onClose={close} />
      )}
    </Page>
  );
}

/** Asks, and deletes. */
export function DeleteEndpoint({
  endpoint,
  onDeleted,
  onClose,
}: {
  endpoint: Webhook;
  onDeleted: () => void;
  onClose: () => void;
}) {
  return (
    <Confirm
      title="Delete the endpoint?"
      verb="Delete"
      onClose={onClose}
      act={async () => {
        await webhooks.remove(endpoint.id);
        toast("The endpoint was deleted");
        onDeleted();
      }}
    >
      <p class="admin-mono">{endpoint.url}</p>
      <p>Nothing more is sent to it, and the log of its deliveries is deleted too.</p>
    </Confirm>
  );
}

/** Off and on, at once. */
export function EnabledSwitch({ endpoint, onChanged }: { endpoint: Webhook; onChanged: () => void }) {
  const [busy, setBusy] = useState(false);
  const change = async (enabled: boolean) => {
    setBusy(true);
    try {
      await webhooks.change(endpoint.id, { enabled });
      onChanged();
    } catch (error) {
      toast(describe(error), "error");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Switch
      label={`Send events to ${endpoint.url}`}
      on={endpoint.enabled}
      busy={busy}
      onChange={(on) => void change(on)}
    />
  );
}

/** Whether it works. */
export function EndpointState({ endpoint }: { endpoint: Webhook }) {
  if (!endpoint.enabled) return <Badge>{endpoint.disabled_reason ? "Disabled by the server" : "Disabled"}</Badge>;
  if (endpoint.failing_since) return <Badge tone="danger">Failing since {ago(endpoint.failing_since)}</Badge>;
  return <Badge tone="ok">Enabled</Badge>;
}

function columns(ask: (asked: Asked) => void, reload: () => void): Column<Webhook>[] {
  return [
    {
      title: "Endpoint",
      cell: (one) => (
        <div class="admin-cell">
          <Link to={`webhooks/${one.id}`} class="admin-link">
            {one.url}
          </Link>
          {one.description && <small>{one.description}</small>}
        </div>
      ),
    },
    {
      title: "Events",
      cell: (one) => (
        <div class="admin-badges">
          {one.events.map((name) => (
            <Badge key={name}>{name}</Badge>
          ))}
        </div>
      ),
    },
    { title: "State", cell: (one) => <EndpointState endpoint={one} /> },
    { title: "On", cell: (one) => <EnabledSwitch endpoint={one} onChanged={reload} /> },
    {
      title: "Actions",
      hideTitle: true,
      align: "end",
      cell: (one) => (
        <div class="admin-row-actions">
          <IconButton label={`Change ${one.url}`} size="sm" onClick={() => ask({ what: "edit", endpoint: one })}>
            <EditIcon size={18} />
          </IconButton>
          <IconButton label={`Delete ${one.url}`} size="sm" onClick={() => ask({ what: "delete", endpoint: one })}>
            <TrashIcon size={18} />
          </IconButton>
        </div>
      ),
    },
  ];
}
