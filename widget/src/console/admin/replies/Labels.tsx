import { useId, useState } from "preact/hooks";
import { me } from "../../session";
import { Button, type Column, Dialog, Empty, ErrorNote, Field, IconButton, Table, toast } from "../../ui";
import { EditIcon, PlusIcon, TagIcon, TrashIcon } from "../../ui/icons";
import { useForm } from "../form";
import { useLoaded } from "../load";
import { Confirm, Shown } from "../parts";
import { type LabelDraft, labels } from "./api";
import type { Label } from "../../../wire/schema";

type Asked = { what: "create" } | { what: "edit" | "delete"; label: Label };

export function Labels() {
  const loaded = useLoaded(labels.list, []);
  const [asked, setAsked] = useState<Asked | null>(null);
  const reload = () => void loaded.reload();
  const close = () => setAsked(null);
  return (
    <div class="admin-shown">
      <div class="admin-bar replies-bar is-end">
        <Button variant="primary" icon={<PlusIcon size={18} />} onClick={() => setAsked({ what: "create" })}>
          New label
        </Button>
      </div>
      <Shown loaded={loaded}>
        {(rows) => (
          <Table
            caption="Labels"
            columns={columns(setAsked)}
            rows={rows}
            rowKey={(one) => one.id}
            empty={
              <Empty icon={<TagIcon />} title="No label yet">
                Billing, bug, praise: whatever you want to find again.
              </Empty>
            }
          />
        )}
      </Shown>
      {asked?.what === "create" && <LabelForm onSaved={reload} onClose={close} />}
      {asked?.what === "edit" && <LabelForm label={asked.label} onSaved={reload} onClose={close} />}
      {asked?.what === "delete" && (
        <Confirm
          title="Delete the label?"
          verb="Delete"
          onClose={close}
          act={async () => {
            await labels.remove(asked.label.id);
            toast("The label was deleted");
            reload();
          }}
        >
          <p>
            <strong>{asked.label.name}</strong> is taken off every conversation.
          </p>
        </Confirm>
      )}
    </div>
  );
}

/** The label as it looks on a conversation. */
function Chip({ label }: { label: LabelDraft }) {
  return (
    <span class="label-chip">
      <span class="label-dot" style={{ backgroundColor: label.color }} aria-hidden="true" />
      {label.name}
    </span>
  );
}

const PALETTE = ["#64748b", "#dc2626", "#ea580c", "#ca8a04", "#16a34a", "#0891b2", "#2563eb", "#7c3aed", "#db2777"];

function LabelForm({ label, onSaved, onClose }: { label?: Label; onSaved: () => void; onClose: () => void }) {
  const id = useId();
  const [draft, setDraft] = useState<LabelDraft>({ name: label?.name ?? "", color: label?.color ?? "#64748b" });
  const form = useForm(
    ["name", "color"],
    () => (label ? labels.change(label.id, draft) : labels.add(draft)),
    () => {
      toast("Saved");
      onSaved();
      onClose();
    },
  );
  return (
    <Dialog
      title={label ? "Change the label" : "New label"}
      size="sm"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} variant="primary" busy={form.busy}>
            Save
          </Button>
        </>
      }
    >
      <form id={id} class="admin-form" ref={form.formRef} onSubmit={form.submit} onInput={form.touched} noValidate>
        <Field
          label="Name"
          maxLength={40}
          value={draft.name}
          error={form.errors["name"]}
          onInput={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <div class="label-colors" role="group" aria-label="Suggested colours">
          {PALETTE.map((color) => (
            <button
              key={color}
              type="button"
              class="label-color"
              style={{ backgroundColor: color }}
              aria-label={`Colour ${color}`}
              aria-pressed={draft.color === color}
              onClick={() => {
                setDraft({ ...draft, color });
                form.touched();
              }}
            />
          ))}
        </div>
        <Field
          label="Colour"
          hint="As #rrggbb."
          maxLength={7}
          spellcheck={false}
          value={draft.color}
          error={form.errors["color"]}
          onInput={(event) => setDraft({ ...draft, color: event.currentTarget.value })}
        />
        <Chip label={{ name: draft.name || "Label", color: draft.color }} />
        <ErrorNote error={form.problem} />
      </form>
    </Dialog>
  );
}

function columns(ask: (asked: Asked) => void): Column<Label>[] {
  return [
    { title: "Label", cell: (one) => <Chip label={one} /> },
    { title: "Colour", cell: (one) => <span class="admin-mono admin-soft">{one.color}</span> },
    {
      title: "Actions",
      hideTitle: true,
      align: "end",
      cell: (one) => (
        <div class="admin-row-actions">
          <IconButton label={`Change ${one.name}`} size="sm" onClick={() => ask({ what: "edit", label: one })}>
            <EditIcon size={18} />
          </IconButton>
          {/* the server lets administrators alone delete one */}
          {me.value?.role === "admin" && (
            <IconButton label={`Delete ${one.name}`} size="sm" onClick={() => ask({ what: "delete", label: one })}>
              <TrashIcon size={18} />
            </IconButton>
          )}
        </div>
      ),
    },
  ];
}
