import { useId, useState } from "preact/hooks";
import { Button, Dialog, ErrorNote, Field } from "../../ui";
import { useForm } from "../form";
import { Copied } from "../parts";
import { EVENTS, type EndpointDraft, webhooks } from "./api";
import type { CreatedWebhook, Webhook } from "../../../wire/schema";

interface FormProps {
  /** The one to change; none: a new one. */
  endpoint?: Webhook;
  onSaved: () => void;
  onClose: () => void;
}

/** Registers an endpoint and shows its secret, or changes one. */
export function EndpointForm({ endpoint, onSaved, onClose }: FormProps) {
  const [made, setMade] = useState<CreatedWebhook | null>(null);
  if (made) return <Secret made={made} onClose={onClose} />;
  return (
    <Edit
      endpoint={endpoint}
      onClose={onClose}
      onDone={(saved) => {
        onSaved();
        if ("secret" in saved) setMade(saved);
        else onClose();
      }}
    />
  );
}

function Edit({
  endpoint,
  onDone,
  onClose,
}: {
  endpoint: Webhook | undefined;
  onDone: (saved: Webhook | CreatedWebhook) => void;
  onClose: () => void;
}) {
  const id = useId();
  const [draft, setDraft] = useState<EndpointDraft>({
    url: endpoint?.url ?? "",
    events: endpoint?.events ?? [],
    description: endpoint?.description ?? "",
  });
  const save = (): Promise<Webhook | CreatedWebhook> =>
    endpoint ? webhooks.change(endpoint.id, draft) : webhooks.create(draft);
  const form = useForm(["url", "events", "description"], save, onDone);
  return (
    <Dialog
      title={endpoint ? "Change the endpoint" : "New endpoint"}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" busy={form.busy}>
            {endpoint ? "Save" : "Create"}
          </Button>
        </>
      }
    >
      <form id={id} class="admin-form" ref={form.formRef} onSubmit={form.submit} onInput={form.touched} noValidate>
        <Field
          label="URL"
          type="url"
          inputMode="url"
          autocapitalize="none"
          spellcheck={false}
          placeholder="https://example.com/hooks/switchboard"
          hint="Events are posted here, signed by Standard Webhooks."
          maxLength={2048}
          value={draft.url}
          error={form.errors["url"]}
          onInput={(event) => setDraft({ ...draft, url: event.currentTarget.value })}
        />
        <Events
          chosen={draft.events}
          error={form.errors["events"]}
          onChange={(events) => setDraft({ ...draft, events })}
        />
        <Field
          label="Description"
          hint="For you and the other administrators; optional."
          maxLength={500}
          value={draft.description}
          error={form.errors["description"]}
          onInput={(event) => setDraft({ ...draft, description: event.currentTarget.value })}
        />
        <ErrorNote error={form.problem} />
      </form>
    </Dialog>
  );
}

function Events({
  chosen,
  error,
  onChange,
}: {
  chosen: string[];
  error: string | undefined;
  onChange: (events: string[]) => void;
}) {
  const id = useId();
  // an event that a newer server knows stays chosen
  const names = [
    ...EVENTS,
    ...chosen.filter((name) => !EVENTS.some((known) => known.name === name)).map((name) => ({ name, about: "" })),
  ];
  const toggle = (name: string, on: boolean) => onChange(on ? [...chosen, name] : chosen.filter((one) => one !== name));
  return (
    <fieldset class="admin-checks" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>Events</legend>
      <div class="admin-checks-list">
        {names.map(({ name, about }) => (
          <label key={name} class="admin-check">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              aria-invalid={error ? true : undefined}
              onChange={(event) => toggle(name, event.currentTarget.checked)}
            />
            <span>
              <span class="admin-mono">{name}</span>
              <small>{about}</small>
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function Secret({ made, onClose }: { made: CreatedWebhook; onClose: () => void }) {
  return (
    <Dialog
      title="The endpoint’s secret"
      onClose={onClose}
      actions={
        <Button variant="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div class="admin-said">
        <p>
          Deliveries to <span class="admin-mono">{made.url}</span> are signed with it, so that you can tell them from
          anybody else’s.
        </p>
        <p class="admin-warn">It is shown this once. Keep it where your receiver finds it.</p>
      </div>
      <Copied label="Secret" text={made.secret} />
    </Dialog>
  );
}
