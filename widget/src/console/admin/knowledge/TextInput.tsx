import { useRef } from "preact/hooks";
import { Button, Field } from "../../ui";
import { PictureIcon } from "../../ui/icons";
import { Markdown } from "../../ui/markdown";
import { IMAGE_TYPES, pastedIn } from "./images";
import { useImages } from "./useImages";

const MAX_BODY = 20_000;

interface TextInputProps {
  body: string;
  error: string | undefined;
  set: (body: string) => void;
}

/** What an article says, and how that looks. */
export function TextInput(props: TextInputProps) {
  const { body } = props;
  return (
    <div class="editor">
      <Writing {...props} />
      <section class="editor-preview" aria-label="Preview">
        <p class="field-label">Preview</p>
        <div class="editor-paper" tabIndex={0} dir="auto">
          {body.trim() ? <Markdown text={body} isArticle /> : <p class="admin-soft">What you write appears here.</p>}
        </div>
      </section>
    </div>
  );
}

/** The text, with images that are chosen, pasted or dropped. */
function Writing({ body, error, set }: TextInputProps) {
  const { areaRef, add, busy, progress, refusal } = useImages(set);
  const paste = (event: ClipboardEvent) => take(event, event.clipboardData ? pastedIn(event.clipboardData) : []);
  const drop = (event: DragEvent) => take(event, [...(event.dataTransfer?.files ?? [])]);
  /** Keeps the browser from doing what it does with files; what is none stays its own. */
  const take = (event: Event, files: readonly File[]) => {
    if (files.length === 0) return;
    event.preventDefault();
    add(files);
  };
  return (
    <div class="editor-writing">
      <Field
        class="editor-text"
        multiline
        label="Text"
        hint={`Markdown. ${body.length} of ${MAX_BODY} characters.`}
        maxLength={MAX_BODY}
        inputRef={areaRef}
        value={body}
        error={error}
        onInput={(event) => set(event.currentTarget.value)}
        onPaste={paste}
        onDrop={drop}
        onDragOver={(event) => event.dataTransfer?.types.includes("Files") && event.preventDefault()}
      />
      <div class="editor-images">
        <ImageButton busy={busy} add={add} />
        <span class="field-hint" role="status">
          {progress || "Or paste or drop one into the text. 5 MiB at most; everybody can see it."}
        </span>
      </div>
      {refusal && (
        <p class="field-error" role="alert">
          {refusal}
        </p>
      )}
    </div>
  );
}

function ImageButton({ busy, add }: { busy: boolean; add: (files: readonly File[]) => void }) {
  const fileRef = useRef<HTMLInputElement | null>(null);
  return (
    <>
      <input
        ref={fileRef}
        type="file"
        multiple
        hidden
        aria-label="Images to add"
        accept={IMAGE_TYPES.join(",")}
        onChange={({ currentTarget }) => {
          add([...(currentTarget.files ?? [])]);
          // the same file may be chosen again
          currentTarget.value = "";
        }}
      />
      <Button size="sm" icon={<PictureIcon size={16} />} busy={busy} onClick={() => fileRef.current?.click()}>
        Add image
      </Button>
    </>
  );
}
