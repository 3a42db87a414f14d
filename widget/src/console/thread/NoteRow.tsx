import { useSignal } from "@preact/signals";
import { notes as api } from "../desk/api";
import { clock, whole } from "../time";
import type { Note } from "../../wire/schema";
import { me } from "../session";
import { IconButton } from "../ui";
import { EditIcon, NoteIcon, TrashIcon } from "../ui/icons";
import { EditBox } from "./EditBox";
import { Deletion } from "./MessageTools";
import { Rich } from "./Rich";
import type { ThreadStore } from "./ThreadStore";

/** A private note, which only agents see. */
export function NoteRow({ note, thread }: { note: Note; thread: ThreadStore }) {
  const editing = useSignal(false);
  const deleting = useSignal(false);
  const own = note.author.id === me.value?.id;
  const edited = note.updated_at !== note.created_at;
  return (
    <article
      class="note"
      data-note={note.id}
      aria-label={`Private note by ${note.author.name}, ${clock(note.created_at)}`}
    >
      <header class="note-head">
        <NoteIcon size={16} />
        <span class="note-name">
          <bdi>{note.author.name}</bdi>
        </span>
        <span>private note</span>
        <time dateTime={note.created_at} title={whole(note.created_at)}>
          {clock(note.created_at)}
        </time>
        {edited && <span>edited</span>}
        <span class="note-tools">
          {own && (
            <IconButton label="Edit the note" size="sm" onClick={() => (editing.value = true)}>
              <EditIcon size={16} />
            </IconButton>
          )}
          {(own || me.value?.role === "admin") && (
            <IconButton label="Delete the note" size="sm" onClick={() => (deleting.value = true)}>
              <TrashIcon size={16} />
            </IconButton>
          )}
        </span>
      </header>
      {editing.value ? (
        <EditBox
          label="Edit the note"
          text={note.text}
          onCancel={() => (editing.value = false)}
          onSaved={() => (editing.value = false)}
          save={async (text) => thread.noted(await api.edit(note.id, text))}
        />
      ) : (
        <Rich html={note.html} />
      )}
      {deleting.value && (
        <Deletion
          what="note"
          text={note.text}
          onClose={() => (deleting.value = false)}
          remove={async () => {
            await api.remove(note.id);
            thread.unnoted(note.id);
          }}
        />
      )}
    </article>
  );
}
