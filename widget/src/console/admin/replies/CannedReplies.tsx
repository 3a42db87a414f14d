import { useId, useState } from "preact/hooks";
import { Button, type Column, Dialog, Empty, ErrorNote, Field, IconButton, Table, toast } from "../../ui";
import { BoltIcon, EditIcon, PlusIcon, SearchIcon, TrashIcon } from "../../ui/icons";
import { useForm } from "../form";
import { useLoaded, useSettled } from "../load";
import { Confirm, Shown } from "../parts";
import { Time } from "../../ui/Time";
import { replies } from "./api";
import type { CannedReply, WriteCannedReply } from "../../../wire/schema";

type Asked = { what: "create" } | { what: "edit" | "delete"; reply: CannedReply };

export function CannedReplies() {
  const [search, setSearch] = useState("");
  const settled = useSettled(search.trim());
  const loaded = useLoaded(() => replies.list(settled), [settled]);
  const [asked, setAsked] = useState<Asked | null>(null);
  const reload = () => void loaded.reload();
  const close = () => setAsked(null);
  return (
    <div class="admin-shown">
      <div class="admin-bar replies-bar">
        <Field
          class="grow"
          label="Search"
          hideLabel
          type="search"
          placeholder="Search shortcuts and texts"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <Button variant="primary" icon={<PlusIcon size={18} />} onClick={() => setAsked({ what: "create" })}>
          New canned reply
        </Button>
      </div>
      <Shown loaded={loaded}>
        {(rows) => (
          <Table
            caption="Canned replies"
            columns={columns(setAsked)}
            rows={rows}
            rowKey={(one) => one.id}
            empty={
              settled ? (
                <Empty icon={<SearchIcon />} title="No canned reply matches" />
              ) : (
                <Empty icon={<BoltIcon />} title="No canned reply yet">
                  Keep here what you would otherwise type again and again.
                </Empty>
              )
            }
          />
        )}
      </Shown>
      {asked?.what === "create" && <ReplyForm onSaved={reload} onClose={close} />}
      {asked?.what === "edit" && <ReplyForm reply={asked.reply} onSaved={reload} onClose={close} />}
      {asked?.what === "delete" && (
        <Confirm
          title="Delete the canned reply?"
          verb="Delete"
          onClose={close}
          act={async () => {
            await replies.remove(asked.reply.id);
            toast("The canned reply was deleted");
            reload();
          }}
        >
          <p>
            <strong>/{asked.reply.shortcut}</strong> goes for everybody.
          </p>
        </Confirm>
      )}
    </div>
  );
}

function ReplyForm({ reply, onSaved, onClose }: { reply?: CannedReply; onSaved: () => void; onClose: () => void }) {
  const id = useId();
  const [draft, setDraft] = useState<WriteCannedReply>({ shortcut: reply?.shortcut ?? "", text: reply?.text ?? "" });
  const form = useForm(
    ["shortcut", "text"],
    () => (reply ? replies.replace(reply.id, draft) : replies.add(draft)),
    () => {
      toast("Saved");
      onSaved();
      onClose();
    },
  );
  return (
    <Dialog
      title={reply ? "Change the canned reply" : "New canned reply"}
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
          label="Shortcut"
          hint="Small letters, digits, - and _; typed after a slash."
          maxLength={40}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          value={draft.shortcut}
          error={form.errors["shortcut"]}
          onInput={(event) => setDraft({ ...draft, shortcut: event.currentTarget.value.replace(/^\//, "") })}
        />
        <Field
          multiline
          label="Text"
          hint="Markdown."
          rows={7}
          maxLength={4000}
          value={draft.text}
          error={form.errors["text"]}
          onInput={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
        />
        <ErrorNote error={form.problem} />
      </form>
    </Dialog>
  );
}

function columns(ask: (asked: Asked) => void): Column<CannedReply>[] {
  return [
    { title: "Shortcut", cell: (one) => <span class="admin-mono admin-strong">/{one.shortcut}</span> },
    { title: "Text", cell: (one) => <div class="admin-cell replies-text">{one.text}</div> },
    { title: "Changed", cell: (one) => <Time at={one.updated_at} /> },
    {
      title: "Actions",
      hideTitle: true,
      align: "end",
      cell: (one) => (
        <div class="admin-row-actions">
          <IconButton label={`Change /${one.shortcut}`} size="sm" onClick={() => ask({ what: "edit", reply: one })}>
            <EditIcon size={18} />
          </IconButton>
          <IconButton label={`Delete /${one.shortcut}`} size="sm" onClick={() => ask({ what: "delete", reply: one })}>
            <TrashIcon size={18} />
          </IconButton>
        </div>
      ),
    },
  ];
}
