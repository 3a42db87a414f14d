import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, ErrorNote } from "../ui";

interface EditBoxProps {
  label: string;
  text: string;
  save: (text: string) => Promise<unknown>;
  onSaved: () => void;
  onCancel: () => void;
}

/** Changes a text in its place: Enter saves, Escape leaves it. */
export function EditBox({ label, text, save, onSaved, onCancel }: EditBoxProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(text.length, text.length);
  }, []);
  const submit = async () => {
    const next = area.current?.value.trim() ?? "";
    if (!next || busy.value) return;
    if (next === text) return onCancel();
    busy.value = true;
    try {
      await save(next);
      onSaved();
    } catch (problem) {
      error.value = problem;
    } finally {
      busy.value = false;
    }
  };
  return (
    <form
      class="edit-box"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        ref={area}
        class="input"
        aria-label={label}
        rows={3}
        maxLength={4000}
        defaultValue={text}
        dir="auto"
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            onCancel();
          } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void submit();
          }
        }}
      />
      <ErrorNote error={error.value} />
      <div class="edit-actions">
        <Button size="sm" variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="sm" variant="primary" type="submit" busy={busy.value}>
          Save
        </Button>
      </div>
    </form>
  );
}
